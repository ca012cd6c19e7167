import { type Clock, systemClock } from './clock.ts';
import { openScope } from './scope.ts';

/** A task took longer than it was given. */
export class DeadlineExceededError extends Error {}

/** Settings of {@link withDeadline}. */
export interface DeadlineOptions {
  /** What is being done and on what, for the error's message: `"login to 192.0.2.10"`. */
  readonly what: string;

  /** Ends the task early. */
  readonly signal: AbortSignal;

  /** Default: the real time. */
  readonly clock?: Clock;
}

/**
 * Gives a task some time and no more.
 *
 * The task's own signal fires when the time is up and when the caller's signal does. The returned promise does not wait
 * for the task to take notice. After the task has ended its signal is left alone, so that what it has opened with it, a
 * socket or the body of a response, lives on; it is then no longer tied to the caller's signal.
 *
 * @param timeoutMs the time given, in milliseconds
 * @throws {DeadlineExceededError} when the time is up
 * @throws the reason of `options.signal` when that fires, and whatever the task throws
 */
export async function withDeadline<T>(
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<T>,
  { what, signal, clock = systemClock }: DeadlineOptions,
): Promise<T> {
  signal.throwIfAborted();
  const scope = openScope(signal);
  const cut = Promise.withResolvers<never>();
  // Listening before the task does settles which error counts: this one, not what the task makes of its signal.
  scope.signal.addEventListener('abort', () => cut.reject(scope.signal.reason), { once: true });
  const timer = clock.after(timeoutMs, () =>
    scope.abort(new DeadlineExceededError(`${what} took longer than ${timeoutMs} ms`)),
  );
  try {
    return await Promise.race([cut.promise, task(scope.signal)]);
  } finally {
    timer.cancel();
    scope.release();
  }
}
