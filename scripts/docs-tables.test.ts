import { expect, test } from 'vitest';
import { appReadmes } from './docs-tables.ts';

/** How wide a column is, is the formatter's business. */
function withoutWidths(text: string): string {
  return text.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---');
}

test('the tables of the READMEs say what the code says (pnpm docs:tables writes them)', async () => {
  const readmes = await appReadmes();
  expect(readmes.length).toBeGreaterThan(0);
  for (const { path, found, wanted } of readmes) expect(withoutWidths(found), path).toBe(withoutWidths(wanted));
});
