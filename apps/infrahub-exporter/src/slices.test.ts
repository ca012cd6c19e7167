import { expect, test } from 'vitest';
import { inSlices } from './slices.ts';

test('each of many has its turn, in order, and others have theirs in between', async () => {
  const seen: number[] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const many = Array.from({ length: 250 }, (_, index) => index);
  const busyUntil = (endMs: number): void => {
    while (performance.now() < endMs) {}
  };
  await inSlices(many, 100, (one) => {
    seen.push(one);
    if (one % 100 === 99) busyUntil(performance.now() + 2);
  });
  clearInterval(timer);
  expect(seen).toEqual(many);
  expect(turns).toBeGreaterThan(0);
});
