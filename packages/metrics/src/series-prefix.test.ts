import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLabelValues, encodePrefix, escapeHelp } from './series-prefix.ts';

const text = (prefix: Uint8Array): string => Buffer.from(prefix).toString('utf8');

test('writes name and labels in the order of their declaration', () => {
  expect(text(encodePrefix('up', [], []))).toBe('up ');
  expect(text(encodePrefix('a_b', ['x', 'y'], ['1', '']))).toBe('a_b{x="1",y=""} ');
});

test('escapes backslash, quote and line feed', () => {
  expect(text(encodePrefix('m', ['l'], ['a"b\\c\nü']))).toBe('m{l="a\\"b\\\\c\\nü"} ');
  expect(escapeHelp('a"b\\c\nd')).toBe('a"b\\\\c\\nd');
});

test('reads back every label value it wrote', () => {
  const values = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '"', '\\', '\n', 'n', '=', ',', '}', ' ') }),
  );
  fc.assert(
    fc.property(values, (list) => {
      const names = list.map((_, index) => `l${index}`);
      expect(decodeLabelValues(encodePrefix('m', names, list))).toEqual(list);
    }),
  );
});
