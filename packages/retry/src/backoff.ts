/** Waits that grow with every failure. */
export interface Backoff {
  /** The wait before the next attempt, in whole milliseconds. Every call is one failure more. */
  next(): number;

  /** Starts again with the shortest wait: something worked. */
  reset(): void;
}

/** How the waits of a {@link Backoff} grow. */
export interface BackoffOptions {
  /** The first wait, in milliseconds. */
  readonly initialMs: number;

  /** The longest wait, in milliseconds; no wait is ever longer, jitter included. */
  readonly maxMs: number;

  /** What each wait is multiplied by for the next one. Default 2. */
  readonly factor?: number;

  /**
   * The share of a wait that is left to chance, from 0 (none) to 1. Default 0.2: a wait of nominally 10 s lasts 8 to 10 s.
   *
   * Jitter only shortens. Were it to lengthen too, the waits at the cap would have to be cut off there, and half of all
   * clients that wait for the same device would come back at the very same moment.
   */
  readonly jitter?: number;

  /** Source of numbers in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Exponential backoff: `initialMs`, times `factor` each time, up to `maxMs`; each wait is drawn evenly from the last
 * `jitter` share before its nominal end.
 *
 * @example
 * const backoff = createBackoff({ initialMs: 1_000, maxMs: 30_000 });   // 1, 2, 4, 8, 16, 30, 30 … s, up to 20 % less
 */
export function createBackoff(options: BackoffOptions): Backoff {
  const { initialMs, maxMs, factor = 2, jitter = 0.2, random = Math.random } = options;
  let nominalMs = Math.min(initialMs, maxMs);
  return {
    next() {
      const waitMs = Math.round(nominalMs * (1 - jitter * random()));
      nominalMs = Math.min(nominalMs * factor, maxMs);
      return waitMs;
    },
    reset() {
      nominalMs = Math.min(initialMs, maxMs);
    },
  };
}
