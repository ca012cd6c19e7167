/**
 * What a Carbon can do to one connection.
 *
 * - `stall`: accepts and never reads, as while flow control holds it or its process is stopped
 * - `reset`: reads some bytes, then resets the connection, in the middle of a line most often
 * - `half_close`: says at once that it will send nothing, and reads nothing
 * - `close_early`: closes at once, whatever comes; or after some bytes, in the middle of a line most often
 * - `answer_late`: reads everything, and closes only some time after the client did
 */
export type CarbonFault =
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset'; readonly afterBytes: number }
  | { readonly kind: 'half_close' }
  | { readonly kind: 'close_early'; readonly afterBytes?: number }
  | { readonly kind: 'answer_late'; readonly delayMs: number };

/** What goes wrong, from a test's point of view. */
export interface CarbonFaults {
  /** The next connections, one for each fault, have these. */
  next(...faults: readonly CarbonFault[]): void;

  /** Nobody listens any more, and open connections are reset: as when the process is killed. */
  refuse(): Promise<void>;

  /** Listens again, on the same port. */
  listenAgain(): Promise<void>;

  /** Nothing is read any more, neither from new connections nor from open ones. */
  stall(): void;

  /** Reads on, what has come in meanwhile too. */
  readAgain(): void;
}
