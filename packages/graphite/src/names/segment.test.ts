import { describe, expect, test } from 'vitest';
import { hasReference, readCases } from '../../test/reference.ts';
import { foldSegment } from './segment.ts';

describe.skipIf(!hasReference)('names of the reference', () => {
  test('are folded as it says', () => {
    const cases = readCases<{ name: string; safe: string }>('names.json');
    expect(cases.length).toBeGreaterThan(20);
    expect(cases.map(({ name }) => foldSegment(name))).toEqual(cases.map(({ safe }) => safe));
  });
});

test.each([
  ['Living-Room  Lamp', 'living_room_lamp'],
  ['Büro', 'buro'],
  ['a.b/c;d', 'abcd'],
  ['日本', ''],
  ['line\nfeed 1 2', 'linefeed_1_2'],
])('%j is folded', (name, segment) => {
  expect(foldSegment(name)).toBe(segment);
});

test('a segment is short enough for a file name, and does not end in _', () => {
  expect(foldSegment('x'.repeat(1000))).toHaveLength(200);
  expect(foldSegment(`${'x'.repeat(199)} y`)).toBe('x'.repeat(199));
});
