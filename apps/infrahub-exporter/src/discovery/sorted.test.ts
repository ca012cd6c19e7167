import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedInParts } from './sorted.ts';

test('a list of any length is sorted by code units, what is there twice included', async () => {
  const lists = fc.array(fc.string({ unit: 'binary', maxLength: 2 }), { maxLength: 5_000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(lists, async (texts) => {
      expect((await sortedInParts(texts)).flat()).toEqual(texts.toSorted());
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['shuffled', (index: number) => String((index * 7_919) % 50_000)],
  ['sorted already', (index: number) => String(index).padStart(6, '0')],
  ['nearly the same', (index: number) => (index % 100 === 0 ? String(index) : 'x')],
])('others get a turn while a large one is sorted that is %s', async (_, textOf) => {
  let turns = 0;
  const turn = (): void => {
    turns++;
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  const texts = Array.from({ length: 50_000 }, (_none, index) => textOf(index));
  const sorted = await sortedInParts(texts);
  clearImmediate(immediate);
  expect(sorted.flat()).toEqual(texts.toSorted());
  expect(turns).toBeGreaterThanOrEqual(100);
});
