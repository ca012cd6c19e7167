import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedByKey } from './sorted.ts';

test('a list of any length is sorted by its keys, and those with one key stay in their order', async () => {
  const lists = fc.array(fc.string({ maxLength: 2 }), { maxLength: 5_000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(lists, async (keys) => {
      const entries = keys.map((key, place) => ({ key, place }));
      const sorted = await sortedByKey(entries);
      const expected = entries.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)) || a.place - b.place);
      expect(sorted).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

test('others get a turn while a large one is sorted', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await sortedByKey(Array.from({ length: 50_000 }, (_, index) => ({ key: String((index * 7_919) % 50_000) })));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});
