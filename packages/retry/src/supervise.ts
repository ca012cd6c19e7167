import type { Backoff } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import { openScope } from './scope.ts';

/**
 * One life of what is supervised, from its start to its end.
 *
 * @param signal fires when supervision is to end, and once this attempt has ended: whatever it started ends with it
 * @param healthy to be called once everything works; the next wait is then the shortest again
 */
export type Attempt = (signal: AbortSignal, healthy: () => void) => Promise<void>;

/** How an attempt ended. */
export interface AttemptEnd {
  /** 1 for the first attempt of all. */
  readonly attempt: number;

  /** What it failed with; undefined when it came to an end by itself. */
  readonly error: unknown;

  /** How many attempts in a row, this one included, have ended without having been healthy: 0 if this one was. */
  readonly failures: number;
}

/** What happens to what is supervised. `waitMs`: milliseconds until the next attempt, undefined if there is none. */
export type SupervisionEvent =
  | { readonly kind: 'started'; readonly attempt: number }
  | ({ readonly kind: 'ended'; readonly waitMs: number | undefined } & AttemptEnd);

/** Settings of {@link supervise}. A callback that throws is reported as a process warning, and the loop goes on. */
export interface SuperviseOptions {
  /** Ends it all. */
  readonly signal: AbortSignal;

  /** The waits between attempts. */
  readonly backoff: Backoff;

  /**
   * The least number of milliseconds to wait after such an end, or undefined when the backoff alone decides. The
   * longer of the two counts: for trouble that quick repetition makes worse, such as a wrong password.
   */
  readonly delayFor?: (end: AttemptEnd) => number | undefined;

  /** Told of every start and every end. */
  readonly report?: (event: SupervisionEvent) => void;

  /** Default: the real time. */
  readonly clock?: Clock;
}

/**
 * Keeps something alive until told to stop: starts it, waits when it has ended, starts it again.
 *
 * Resolves when the signal has fired and the last attempt has come to its end. Never rejects.
 */
export async function supervise(attempt: Attempt, options: SuperviseOptions): Promise<void> {
  const { signal, backoff, delayFor, report, clock = systemClock } = options;
  const tell = (event: SupervisionEvent): void => guarded('report', () => report?.(event));
  let failures = 0;
  for (let number = 1; !signal.aborted; number += 1) {
    tell({ kind: 'started', attempt: number });
    const { error, wasHealthy } = await live(attempt, signal, backoff);
    failures = wasHealthy ? 0 : failures + 1;
    const end: AttemptEnd = { attempt: number, error, failures };
    if (signal.aborted) return tell({ kind: 'ended', ...end, waitMs: undefined });
    const waitMs = longer(
      backoff.next(),
      guarded('delayFor', () => delayFor?.(end)),
    );
    tell({ kind: 'ended', ...end, waitMs });
    // Only the signal ends a sleep early, and the loop looks at the signal itself.
    await clock.sleep(waitMs, signal).catch(() => undefined);
  }
}

async function live(attempt: Attempt, parent: AbortSignal, backoff: Backoff) {
  const scope = openScope(parent);
  let wasHealthy = false;
  let error: unknown;
  try {
    await attempt(scope.signal, () => {
      // A call that comes late says nothing about the attempt that is running now.
      if (scope.signal.aborted) return;
      wasHealthy = true;
      backoff.reset();
    });
  } catch (thrown) {
    error = thrown;
  }
  scope.abort(new Error('the attempt has ended'));
  return { error, wasHealthy };
}

/** Anything but a longer wait, NaN included, leaves the wait as it is. */
function longer(waitMs: number, leastMs: number | undefined): number {
  return leastMs !== undefined && leastMs > waitMs ? leastMs : waitMs;
}

function guarded<T>(name: string, callback: () => T): T | undefined {
  try {
    return callback();
  } catch (cause) {
    process.emitWarning(new Error(`supervise: the ${name} callback has thrown`, { cause }));
    return undefined;
  }
}
