import type { Backoff } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';

/** An attempt that failed and is about to be repeated. */
export interface RetryInfo {
  /** 1 for the first attempt. */
  readonly attempt: number;

  /** What it failed with. */
  readonly error: unknown;

  /** Milliseconds until the next one. */
  readonly waitMs: number;
}

/** Settings of {@link retry}. */
export interface RetryOptions {
  /** The waits between attempts. */
  readonly backoff: Backoff;

  /** Ends both waiting and, through its own signal, the task. */
  readonly signal: AbortSignal;

  /** How many attempts at most, the first one included. Default: as many as it takes. */
  readonly attempts?: number;

  /** Whether another attempt may help after this error. Default: always. */
  readonly isWorthRetrying?: (error: unknown) => boolean;

  /** Told of each repetition before the wait, for the log. */
  readonly onRetry?: (info: RetryInfo) => void;

  /** Default: the real time. */
  readonly clock?: Clock;
}

/**
 * Repeats a task until it succeeds.
 *
 * @throws the last error, as the task threw it, when attempts are used up, the error is not worth retrying, or the
 *   signal has fired meanwhile; the signal's reason when it fires during a wait or had fired before the first attempt
 */
export async function retry<T>(task: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  const { backoff, signal, attempts = Number.POSITIVE_INFINITY, clock = systemClock } = options;
  const { isWorthRetrying = () => true, onRetry } = options;
  signal.throwIfAborted();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task(signal);
    } catch (error) {
      if (attempt >= attempts || signal.aborted || !isWorthRetrying(error)) throw error;
      const waitMs = backoff.next();
      onRetry?.({ attempt, error, waitMs });
      await clock.sleep(waitMs, signal);
    }
  }
}
