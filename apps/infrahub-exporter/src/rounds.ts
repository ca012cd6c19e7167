import { type Clock, createBackoff, supervise } from '@device-exporters/retry';
import { InfrahubError, isPermanent } from './infrahub/errors.ts';

/** Wakes who waits for the next round. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Begins a round now, or one more after the one that is under way. */
  ring(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when the bell is rung from now on, however late it is awaited. */
  next(): { readonly rung: Promise<void>; forget(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    return { rung: promise, forget: () => this.#waiting.delete(resolve) };
  }
}

/** Something that is done again and again. */
export interface Rounds {
  /** Does it once. */
  round(signal: AbortSignal): Promise<void>;
  /** Told of each round that failed. */
  failed(error: unknown, waitMs: number): void;
  readonly intervalMs: number;
  readonly bell: Bell;
  readonly clock: Clock;
}

/** The first wait after a failure that may pass. */
const RETRY_MS = 1_000;

/**
 * Does rounds until the signal fires: one at every multiple of the interval from the first on, one when the bell rings.
 * After a failure sooner, unless only somebody can mend it. Rejects never.
 */
export async function runRounds(
  { round, failed, intervalMs, bell, clock }: Rounds,
  signal: AbortSignal,
): Promise<void> {
  await supervise(
    async (until, healthy) => {
      for (;;) {
        const wake = bell.next();
        try {
          const startMs = clock.monotonicMs();
          await round(until);
          healthy();
          const tookMs = clock.monotonicMs() - startMs;
          await sleepUnless(wake.rung, intervalMs - (tookMs % intervalMs), clock, until);
        } finally {
          wake.forget();
        }
      }
    },
    {
      signal,
      // The bell ends the wait after a failure too.
      clock: { ...clock, sleep: (ms, until) => sleepThrough(bell, ms, clock, until) },
      backoff: createBackoff({ initialMs: Math.min(RETRY_MS, intervalMs), maxMs: intervalMs }),
      delayFor: ({ error }) => {
        if (isPermanent(error)) return intervalMs;
        return error instanceof InfrahubError ? error.retryAfterMs : undefined;
      },
      report: (event) => {
        if (event.kind === 'ended' && event.waitMs !== undefined) failed(event.error, event.waitMs);
      },
    },
  );
}

async function sleepThrough(bell: Bell, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const wake = bell.next();
  await sleepUnless(wake.rung, ms, clock, signal).finally(() => wake.forget());
}

/** Sleeps until the time is up or something happens; rejects when the signal fires. */
async function sleepUnless(woken: Promise<void>, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([promise, woken]);
  timer.cancel();
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
}
