import { expect, test } from 'vitest';
import { importCycles } from './import-cycles.ts';

const files = (imports: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(imports).map(([path, to]) => ({ path, imports: to }));

test('files that import each other are found, whatever leads to them', () => {
  const imports = {
    'x/a.ts': ['./b.ts', 'fastify'],
    'x/b.ts': ['./y/c.ts'],
    'x/y/c.ts': ['../b.ts'],
    'x/d.ts': ['./d.ts'],
  };
  expect(importCycles(files(imports))).toEqual(['x/b.ts → x/y/c.ts → x/b.ts', 'x/d.ts → x/d.ts']);
});

test('files that share what they import are no circle', () => {
  const imports = { 'a.ts': ['./b.ts', './c.ts'], 'b.ts': ['./d.ts'], 'c.ts': ['./d.ts', './gone.ts'], 'd.ts': [] };
  expect(importCycles(files(imports))).toEqual([]);
});
