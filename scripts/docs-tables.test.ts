import { expect, test } from 'vitest';
import { appReadmes, otherDocuments } from './docs-tables.ts';

/** How wide a column is, is the formatter's business. */
function withoutWidths(text: string): string {
  // The formatter puts a blank line around headings and tables.
  return text
    .replaceAll(/\n{2,}/g, '\n')
    .replaceAll(/ +\|/g, ' |')
    .replaceAll(/-{3,}/g, '---');
}

test('the tables of the READMEs say what the code says (pnpm docs:tables writes them)', async () => {
  const readmes = [...(await appReadmes()), ...(await otherDocuments())];
  expect(readmes.length).toBeGreaterThan(0);
  for (const { path, found, wanted } of readmes) expect(withoutWidths(found), path).toBe(withoutWidths(wanted));
});
