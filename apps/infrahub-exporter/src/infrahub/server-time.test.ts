import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, test } from 'vitest';
import { ServerTime } from './server-time.ts';

/** A server whose clock is so far ahead of ours. */
function serverOf(aheadMs: number) {
  const clock = createFakeClock();
  const time = new ServerTime(clock);
  const answer = (tookMs = 0): void => time.note(new Date(clock.now() + aheadMs - tookMs).toUTCString());
  return { clock, time, answer, behindMs: () => clock.now() + aheadMs - time.nowMs() };
}

test('clocks that seem to agree are taken to: the time is ours, a little earlier', async () => {
  const { clock, answer, behindMs } = serverOf(0);
  for (const waitMs of [130, 250, 333, 900]) {
    await clock.advance(waitMs);
    answer();
    expect(behindMs()).toBe(100);
  }
});

test.each([3_600_250, -3_600_250, 5_400])(
  'a clock that is %i ms ahead is never overtaken, and soon known to the moment',
  async (aheadMs) => {
    const { clock, answer, behindMs } = serverOf(aheadMs);
    for (let count = 0; count < 20; count++) {
      await clock.advance(170);
      answer();
      expect(behindMs()).toBeGreaterThanOrEqual(0);
      expect(behindMs()).toBeLessThan(1_000);
    }
    expect(behindMs()).toBeLessThan(200);
  },
);

test('an answer that took long says nothing new', () => {
  const { answer, behindMs } = serverOf(60_000);
  answer();
  const before = behindMs();
  answer(9_000);
  expect(behindMs()).toBe(before);
});

test('a clock that is set back is noticed within a minute or so', async () => {
  const { clock, time, answer } = serverOf(0);
  time.note(new Date(clock.now() + 7_200_000).toUTCString());
  await clock.advance(61_000);
  answer();
  expect(clock.now() - time.nowMs()).toBe(100);
});

test('nothing is made of what is no date', () => {
  const { clock, time } = serverOf(0);
  time.note('soon');
  time.note(undefined);
  expect(clock.now() - time.nowMs()).toBe(100);
});
