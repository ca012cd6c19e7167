/** One point as Carbon would have taken it. */
export interface CarbonPoint {
  readonly path: string;
  readonly value: number;
  /** Unix seconds. */
  readonly timestampSeconds: number;
}

/** What a Carbon saw of its clients: everything a test may want to assert on. */
export interface CarbonLedger {
  /** Complete lines, without their line feed, in the order of their coming; those that came before a fault too. */
  readonly lines: readonly string[];
  /** Bodies of pickle messages, without their length. */
  readonly frames: readonly Buffer[];
  /** The points of lines and messages. */
  readonly points: readonly CarbonPoint[];
  /** Lines and messages that Carbon would not have taken. */
  readonly invalid: readonly string[];
  /** Bytes of lines that were cut off, which Carbon throws away. */
  readonly tornBytes: number;
  readonly connectionsOpened: number;
  readonly connectionsOpen: number;
  /** The most that were ever open at once. */
  readonly connectionsPeak: number;
  /** Connections that the client closed first, and that were read to their end. */
  readonly completed: number;
  /**
   * Resolves as soon as `holds` is true of this ledger, which is looked at again after every entry.
   *
   * @throws LedgerTimeoutError after `timeoutMs` real milliseconds (default 5 000)
   */
  until(holds: (ledger: CarbonLedger) => boolean, timeoutMs?: number): Promise<void>;
}
