import { expect, test } from 'vitest';
import { appReadmes } from './docs-tables.ts';

test('the tables of the READMEs say what the code says (pnpm docs:tables writes them)', async () => {
  const readmes = await appReadmes();
  expect(readmes.length).toBeGreaterThan(0);
  for (const { path, found, wanted } of readmes) expect(found, path).toBe(wanted);
});
