import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEPLOY } from './programs.ts';

/** The items of the checklists of manifests and of images; K23 is about alerts, which are not here. */
const ITEMS = [
  ...Array.from({ length: 27 }, (_, index) => `K${index + 1}`).filter((item) => item !== 'K23'),
  ...Array.from({ length: 12 }, (_, index) => `I${index + 1}`),
];

test('every item of the checklists has a test of its name', () => {
  const titles = [join(DEPLOY, 'test'), join(DEPLOY, '../scripts/docker')].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').match(/'[KI]\d+[ ,][^'\n]{20,}'/g) ?? []),
  );
  const found = new Set(titles.flatMap((title) => title.match(/\b[KI]\d+\b/g) ?? []));
  const missing = ITEMS.filter((item) => !found.has(item));
  expect(missing).toEqual([]);
});
