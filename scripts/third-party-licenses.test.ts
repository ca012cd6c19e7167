import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, expect, test } from 'vitest';
import { licensesOf, thirdPartyLicenses } from './third-party-licenses.ts';

const folder = mkdtempSync(join(tmpdir(), 'licenses-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a package and returns the path of its module. */
function install(manifest: { name: string; license?: string; author?: string }, files: Record<string, string>): string {
  const target = join(folder, 'node_modules', manifest.name);
  mkdirSync(join(target, 'lib'), { recursive: true });
  const all = { 'package.json': JSON.stringify({ version: '1.2.3', main: 'lib/index.js', ...manifest }), ...files };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(target, file), text);
  return join(target, 'lib/index.js');
}

const used = install(
  { name: '@scope/used', license: 'ISC' },
  {
    LICENSE: 'ISC text\r\nof used\n',
    'NOTICE.txt': 'Notice of used\n',
    'lib/index.js': 'export const used = () => console.log(1);',
  },
);
const silent = install({ name: 'silent', license: 'MIT', author: 'Ann Author' }, { 'lib/index.js': '' });
const naked = install({ name: 'naked' }, { 'lib/index.js': '' });
const unused = install(
  { name: 'unused', license: 'MIT' },
  { 'lib/index.js': 'export const unused = () => console.log(2);' },
);

test('every package has one section with its licence and its notice, or with what it says instead', () => {
  const line = '='.repeat(80);
  expect(licensesOf([silent, used, `\0${used}?commonjs`, '/repo/packages/ours/src/a.ts', '\0nothing'])).toBe(
    [
      `${line}\n@scope/used 1.2.3 (ISC)\n${line}\n\nISC text\nof used\n\nNotice of used\n`,
      `${line}\nsilent 1.2.3 (MIT)\n${line}\n\nPublished under the licence MIT, without its text.\nAuthor: Ann Author\n`,
    ].join('\n'),
  );
});

test('a package without a licence ends the build', () => {
  expect(() => licensesOf([naked])).toThrow('naked 1.2.3 has no licence');
});

test('a bundle carries the licences of what is in it, the lines of the bundler included, and of nothing else', async () => {
  const main = join(folder, 'main.mjs');
  writeFileSync(
    main,
    `import { used } from '${used}'; import { unused } from '${unused}'; import { old } from './old.cjs'; used(old);`,
  );
  writeFileSync(join(folder, 'old.cjs'), 'exports.old = 1;');
  const bundle = await rolldown({ input: main, plugins: [thirdPartyLicenses] });
  const { output } = await bundle.generate();
  const asset = output.find((file) => file.fileName === 'THIRD-PARTY-LICENSES.txt');
  const text = asset?.type === 'asset' ? String(asset.source) : '';
  expect([...text.matchAll(/^=+\n(\S+) .*\n=+$/gm)].map(([, name]) => name)).toEqual(['@scope/used', 'rolldown']);
});
