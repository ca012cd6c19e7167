import { expect, test } from 'vitest';
import { hfidOf, includedLabel } from './node-labels.ts';

test.each([
  [{ __typename: 'A', hfid: ['x', 0, false] }, 'A__x__0__false'],
  [{ __typename: 'A', hfid: ['x', null] }, ''],
  [{ __typename: 'A', hfid: [] }, ''],
  [{ __typename: 'A', hfid: null }, ''],
  [{ hfid: ['x'] }, 'Asked__x'],
])('the human-friendly id of %j', (node, hfid) => {
  expect(hfidOf(node, 'Asked')).toBe(hfid);
});

test.each([
  [{ value: 0 }, '0'],
  [{ value: false }, 'false'],
  [{ value: null }, ''],
  [{ value: ['b', 1, null, 'a'] }, '1,a,b'],
  [{ node: null }, ''],
  [{ node: { id: 'i', hfid: ['x'] } }, 'i'],
  [{ node: { id: 'i', hfid: ['x'], __typename: 'A' } }, 'A__x'],
  [{ edges: [{ node: { id: 'i' } }, null, { node: null }, { node: { id: 'h' } }] }, 'h,i'],
  [{ edges: null }, ''],
  ['label', 'label'],
  [undefined, ''],
])('the label of %j', (value, label) => {
  expect(includedLabel(value)).toBe(label);
});

test('a long number inside of JSON keeps its digits', () => {
  expect(includedLabel({ value: { a: [9223372036854775807n] } })).toBe('{"a":[9223372036854775807]}');
});
