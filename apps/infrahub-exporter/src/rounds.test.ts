import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, test } from 'vitest';
import { InfrahubError } from './infrahub/errors.ts';
import { Bell, runRounds } from './rounds.ts';

/** Rounds that end as they are told to, on a clock that stands still. */
function startRounds(outcomes: readonly unknown[], { tookMs = 0 } = {}) {
  const clock = createFakeClock();
  const bell = new Bell();
  const stop = new AbortController();
  const startedMs: number[] = [];
  const waits: number[] = [];
  const ended = runRounds(
    {
      round: async (signal) => {
        const outcome = outcomes[startedMs.length];
        startedMs.push(clock.monotonicMs());
        if (tookMs > 0) await clock.sleep(tookMs, signal);
        if (outcome !== undefined) throw outcome;
      },
      failed: (_error, waitMs) => void waits.push(waitMs),
      intervalMs: 60_000,
      bell,
      clock,
    },
    stop.signal,
  );
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  return { clock, bell, startedMs, waits, end };
}

test('rounds begin at multiples of the interval, however long they take', async () => {
  const { clock, startedMs, end } = startRounds([], { tookMs: 25_000 });
  await clock.advance(200_000);
  expect(startedMs).toEqual([0, 60_000, 120_000, 180_000]);
  await end();
  expect(clock.pending).toBe(0);
});

test('a round that takes longer than the interval is followed by one at the next multiple', async () => {
  const { clock, startedMs, end } = startRounds([], { tookMs: 70_000 });
  await clock.advance(250_000);
  expect(startedMs).toEqual([0, 120_000, 240_000]);
  await end();
});

test('what may pass is tried again soon, then less and less often', async () => {
  const passing = new InfrahubError('connection', 'no');
  const { clock, waits, end } = startRounds([passing, passing, passing, undefined]);
  await clock.advance(20_000);
  expect(waits).toHaveLength(3);
  expect(waits.map((waitMs) => Math.round(waitMs / 1_000) <= 4)).toEqual([true, true, true]);
  await end();
});

test.each(['auth', 'schema'] as const)('what only somebody can mend waits for the interval: %s', async (reason) => {
  const { clock, waits, startedMs, end } = startRounds([new InfrahubError(reason, 'no')]);
  await clock.advance(61_000);
  expect([waits, startedMs]).toEqual([[60_000], [0, 60_000]]);
  await end();
});

test('a server that wants to be left alone is', async () => {
  const busy = new InfrahubError('rate_limited', 'busy', { retryAfterMs: 90_000 });
  const { clock, startedMs, end } = startRounds([busy]);
  await clock.advance(91_000);
  expect(startedMs).toEqual([0, 90_000]);
  await end();
});

test('the bell begins a round: in a wait, after a failure, and after the round that is under way', async () => {
  const { clock, bell, startedMs, end } = startRounds([undefined, undefined, new InfrahubError('auth', 'no')], {
    tookMs: 5_000,
  });
  await clock.advance(10_000);
  bell.ring();
  await clock.advance(1_000);
  bell.ring();
  await clock.advance(9_000);
  bell.ring();
  await clock.advance(1_000);
  expect(startedMs).toEqual([0, 10_000, 15_000, 20_000]);
  await end();
});
