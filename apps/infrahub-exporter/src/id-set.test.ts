import { expect, test } from 'vitest';
import { IdSet } from './id-set.ts';

test.each([
  ['a', 'b'],
  ['', '0'],
  ['ab', 'ba'],
  ['x1', 'y1'],
  ['日本', '本日'],
])('%j and %j are two, each once', (one, other) => {
  const ids = new IdSet();
  expect([ids.add(one), ids.add(other), ids.add(one), ids.add(other)]).toEqual([true, true, false, false]);
  expect(ids.size).toBe(2);
});
