import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createScaledClock } from './scaled-clock.ts';

test('an hour passes in a minute', async () => {
  const real = createFakeClock(1_000_000);
  const clock = createScaledClock(60, real);
  let isOver = false;
  void clock.sleep(3_600_000, new AbortController().signal).then(() => {
    isOver = true;
  });
  await real.advance(59_999);
  expect(isOver).toBe(false);
  await real.advance(1);
  expect(isOver).toBe(true);
  expect([clock.now(), clock.monotonicMs()]).toEqual([1_000_000 + 3_600_000, 3_600_000]);
});
