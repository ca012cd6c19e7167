import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@device-exporters/exporter';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from './config.ts';
import { openNames } from './state-directory.ts';

const DEVICE = [{ id: '8006', alias: 'Fridge' }];

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const warnings: string[] = [];
  const log = { warn: (_: object, text: string) => warnings.push(text) } as unknown as Log;
  const open = (state_directory: string | null, directory: string | null, environment: Record<string, string> = {}) => {
    const config = { state_directory, graphite: { spool: { directory } } } as Config;
    return openNames(config, { HOME: join(folder, 'home'), ...environment }, log).assign(DEVICE);
  };
  return { folder, warnings, open };
}

test.each([
  ['the folder that is configured', ['state', 'spool'], 'state/names.json'],
  ["else the spool's", [null, 'spool'], 'spool/names.json'],
  ["else the user's folder for state", [null, null], 'home/.local/state/kasa-graphite/names.json'],
] as const)('names are kept in %s', (_, [state, spool], file) => {
  const { folder, open } = setUp();
  const inFolder = (name: string | null) => (name === null ? null : join(folder, name));
  expect(open(inFolder(state), inFolder(spool)).get('8006')).toBe('fridge');
  expect(existsSync(join(folder, file))).toBe(true);
});

test('names are kept where XDG_STATE_HOME says', () => {
  const { folder, open } = setUp();
  open(null, null, { XDG_STATE_HOME: join(folder, 'xdg') });
  expect(existsSync(join(folder, 'xdg/kasa-graphite/names.json'))).toBe(true);
});

test('where no folder can be written, names last as long as the process, with a warning', () => {
  const { folder, open, warnings } = setUp();
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'file'), '');
  expect(open(join(folder, 'file', 'below'), null).get('8006')).toBe('fridge');
  expect(warnings).toHaveLength(1);
});
