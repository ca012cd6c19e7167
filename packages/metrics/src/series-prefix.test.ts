import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHelp, labelValuesOf, seriesPrefix } from './series-prefix.ts';

test('writes name and labels in the order of their declaration', () => {
  expect(seriesPrefix('up', [], [])).toBe('up ');
  expect(seriesPrefix('a_b', ['x', 'y'], ['1', ''])).toBe('a_b{x="1",y=""} ');
});

test('escapes backslash, quote and line feed', () => {
  expect(seriesPrefix('m', ['l'], ['a"b\\c\nü'])).toBe('m{l="a\\"b\\\\c\\nü"} ');
  expect(escapeHelp('a"b\\c\nd')).toBe('a"b\\\\c\\nd');
});

test('reads back every label value it wrote', () => {
  const values = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '"', '\\', '\n', 'n', '=', ',', '}', ' ') }),
  );
  fc.assert(
    fc.property(values, (list) => {
      const names = list.map((_, index) => `l${index}`);
      expect(labelValuesOf(seriesPrefix('m', names, list))).toEqual(list);
    }),
  );
});

test('makes every text well-formed, as bytes will', () => {
  expect(seriesPrefix('m', ['l'], ['a\ud800'])).toBe('m{l="a\ufffd"} ');
});
