import { expect, it } from 'vitest';
import { seededRandom } from './random.ts';

it('gives the same sequence for the same seed and another for another', () => {
  const [one, same, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const sequence = Array.from({ length: 50 }, one);
  expect(Array.from({ length: 50 }, same)).toEqual(sequence);
  expect(Array.from({ length: 50 }, other)).not.toEqual(sequence);
});

it('spreads evenly over 0 to 1', () => {
  const random = seededRandom(1);
  const tenths = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 10_000; draw += 1) tenths[Math.floor(random() * 10)]! += 1;
  for (const count of tenths) expect(count).toBeGreaterThan(800);
});
