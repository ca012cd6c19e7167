import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';

test('columns are as wide as their widest cell', () => {
  expect(textTable([['name', 'watts'], ['fridge', '1', 'x'], ['  what it says of itself']])).toBe(
    'name    watts\nfridge  1      x\n  what it says of itself\n',
  );
  expect(textTable([])).toBe('');
});
