import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownArguments } from './own-arguments.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-arguments-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MAIN = '/app/main.js';
const HEALTHCHECK = ['/nodejs/bin/node', MAIN, 'healthcheck'];

function processOne(...words: readonly string[]): string {
  const file = join(folder, 'cmdline');
  writeFileSync(file, words.map((word) => `${word}\0`).join(''));
  return file;
}

test('a health check without flags takes those of the exporter that is process 1', () => {
  const file = processOne('/nodejs/bin/node', MAIN, '--web.listen-address', ':1', '--web.config.file=/web/web.yml');
  expect(ownArguments(HEALTHCHECK, file)).toEqual([
    'healthcheck',
    '--web.listen-address',
    ':1',
    '--web.config.file=/web/web.yml',
  ]);
});

test('an init before the exporter does not matter', () => {
  const file = processOne('/sbin/docker-init', '--', '/nodejs/bin/node', '--no-opt', MAIN, '--log.level=debug');
  expect(ownArguments(HEALTHCHECK, file)).toEqual(['healthcheck', '--log.level=debug']);
});

test('a health check with flags, and whatever is no health check, goes by its own', () => {
  const file = processOne('/nodejs/bin/node', MAIN, '--web.listen-address=:1');
  expect(ownArguments([...HEALTHCHECK, '--web.listen-address=:2'], file)).toEqual([
    'healthcheck',
    '--web.listen-address=:2',
  ]);
  expect(ownArguments(['node', MAIN, '--version'], file)).toEqual(['--version']);
  expect(ownArguments(['node', MAIN], file)).toEqual([]);
});

test('of another process 1, or where there is none to be seen, nothing is taken', () => {
  expect(ownArguments(HEALTHCHECK, processOne('/sbin/init', 'splash'))).toEqual(['healthcheck']);
  expect(ownArguments(HEALTHCHECK, join(folder, 'nowhere'))).toEqual(['healthcheck']);
});
