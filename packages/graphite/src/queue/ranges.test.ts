import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, RangeSet } from './ranges.ts';

test('a set of ranges is what a set of numbers is', () => {
  const action = fc.record({ isAppend: fc.boolean(), at: fc.nat(60), length: fc.nat(12), limit: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const ranges = new RangeSet();
      const model = new Set<number>();
      let end = 0;
      for (const { isAppend, at, length, limit } of actions) {
        const from = isAppend ? end + (at % 3) : at;
        const range = { from, to: from + length };
        const numbers = Array.from({ length }, (_, index) => from + index);
        if (isAppend && length > 0) {
          ranges.append(range);
          for (const number of numbers) model.add(number);
          end = range.to;
        } else {
          const inside = numbers.filter((number) => model.has(number));
          expect(countOf(ranges.within(range))).toBe(inside.length);
          const first = ranges
            .within(range, limit)
            .flatMap(({ from: a, to }) => Array.from({ length: to - a }, (_, i) => a + i));
          expect(first).toEqual(inside.slice(0, limit));
          expect(countOf(ranges.subtract(range))).toBe(inside.length);
          for (const number of inside) model.delete(number);
        }
        expect(ranges.count).toBe(model.size);
        expect(ranges.first).toBe(model.size === 0 ? undefined : Math.min(...model));
      }
    }),
  );
});
