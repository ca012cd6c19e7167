import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('allows as many requests at once as the bucket holds, then one after every interval', async () => {
  const clock = createFakeClock();
  const bucket = new TokenBucket({ intervalMs: 1000, burst: 2 }, clock);
  const take = (count: number): boolean[] => Array.from({ length: count }, () => bucket.take());
  expect(take(3)).toEqual([true, true, false]);
  await clock.advance(500);
  expect(take(1)).toEqual([false]);
  await clock.advance(500);
  expect(take(2)).toEqual([true, false]);
  await clock.advance(60_000);
  expect(take(3)).toEqual([true, true, false]);
});
