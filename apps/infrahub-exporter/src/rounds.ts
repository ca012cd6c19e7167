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
      clock,
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

/** Sleeps until the time is up or something happens; rejects when the signal fires. */
async function sleepUnless(woken: Promise<void>, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const awake = new AbortController();
  const slept = clock.sleep(ms, AbortSignal.any([signal, awake.signal])).catch(() => undefined);
  await Promise.race([slept, woken]);
  awake.abort();
  signal.throwIfAborted();
}
