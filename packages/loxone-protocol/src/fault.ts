/**
 * What can be wrong with the bytes of a Miniserver. Few and fixed, so that each may be the value of a metric's label:
 *
 * - `bad_header`: where a header should stand is something else
 * - `unknown_identifier`: a header of a kind that this package does not know; its payload is skipped
 * - `oversized`: a header announces more than the limit; its payload is skipped
 * - `truncated`: a message was not complete when the next one began
 * - `wrong_length`: what follows an estimated header is neither the exact header nor a payload of the estimated length
 * - `bad_table`: an event table ends inside an entry, or an entry counts more than the table holds
 */
export const FAULT_REASONS = [
  'bad_header',
  'unknown_identifier',
  'oversized',
  'truncated',
  'wrong_length',
  'bad_table',
] as const;

/** One of {@link FAULT_REASONS}. */
export type FaultReason = (typeof FAULT_REASONS)[number];

/** Bytes that could not be read. They cost a counter and a line in the log, never the session. */
export interface Fault {
  readonly reason: FaultReason;

  /** A sentence for people: what was expected, what was found. */
  readonly detail: string;
}
