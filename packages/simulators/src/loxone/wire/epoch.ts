/** 2009-01-01 00:00 UTC, where Loxone's seconds begin, in Unix seconds (PROTOCOL §6.1, `vectors/token_epoch.json`). */
const LOXONE_EPOCH_SECONDS = 1_230_768_000;

/** Unix milliseconds as whole seconds since 2009-01-01 UTC. */
export function toLoxoneSeconds(unixMs: number): number {
  return Math.floor(unixMs / 1000) - LOXONE_EPOCH_SECONDS;
}
