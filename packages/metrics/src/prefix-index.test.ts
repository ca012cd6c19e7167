import { expect, test } from 'vitest';
import { PrefixIndex } from './prefix-index.ts';

/** Two texts with the same FNV-1a hash of 32 bits. */
const COLLIDING = ['costarring', 'liquid'] as const;

test('tells prefixes with the same hash apart', () => {
  const prefixes: readonly string[] = COLLIDING;
  const index = new PrefixIndex((handle) => prefixes[handle] ?? '');
  const [first, second] = COLLIDING;
  index.add(first, 0);
  expect(index.find(first)).toBe(0);
  expect(index.find(second)).toBeUndefined();
  index.add(second, 1);
  expect([index.find(first), index.find(second)]).toEqual([0, 1]);
  index.remove(first, 0);
  expect([index.find(first), index.find(second)]).toEqual([undefined, 1]);
  index.add(first, 0);
  expect([index.find(first), index.find(second)]).toEqual([0, 1]);
});
