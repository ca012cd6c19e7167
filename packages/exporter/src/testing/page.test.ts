import { expect, test } from 'vitest';
import { readPage } from './page.ts';

const PAGE = readPage(
  [
    '# HELP a_total Some.',
    '# TYPE a_total counter',
    'a_total 3',
    'b{x="1, y=\\"2\\"",y=""} +Inf',
    'b{x="back\\\\nslash\\n",y="ü"} -1.5e-7',
    '',
  ].join('\n'),
);

test('a page gives values by name and labels', () => {
  expect(PAGE.value('a_total')).toBe(3);
  expect(PAGE.value('b', { y: 'ü' })).toBe(-1.5e-7);
  expect(PAGE.value('b', { y: 'other' })).toBeUndefined();
  expect(PAGE.lines('b').map(({ labels, value }) => [labels, value])).toEqual([
    [{ x: '1, y="2"', y: '' }, Number.POSITIVE_INFINITY],
    [{ x: 'back\\nslash\n', y: 'ü' }, -1.5e-7],
  ]);
});
