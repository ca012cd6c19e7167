/** 2009-01-01 00:00 UTC, where Loxone's time begins, in Unix seconds. */
const LOXONE_EPOCH = 1_230_768_000;

/** Unix seconds of a time given in seconds since 2009-01-01 UTC ("Communicating with the Miniserver"). */
export function unixSeconds(loxoneSeconds: number): number {
  return LOXONE_EPOCH + loxoneSeconds;
}
