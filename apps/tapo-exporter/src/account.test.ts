import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Secret } from '@device-exporters/exporter';
import { expect, onTestFinished, test } from 'vitest';
import { type AccountSettings, accountOf, problemsOfAccount } from './account.ts';

interface Own {
  readonly username?: string;
  readonly password?: string;
  readonly keys?: object;
}

function configOf({ username, password, keys }: Own): AccountSettings {
  const discovery_options = {
    tapo_username_env_key: 'TP_LINK_USERNAME',
    tapo_password_env_key: 'TP_LINK_PASSWORD',
    ...keys,
  };
  const secret = password === undefined ? null : ({ reveal: () => password } as Secret);
  return { tapo_username: username ?? null, tapo_password: secret, exporters: { tapo: { discovery_options } } };
}

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapo-exporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'password');
  writeFileSync(file, content);
  return file;
}

const OF_VARIABLES = { TP_LINK_USERNAME: 'b', TP_LINK_PASSWORD: '2' };

test('an account is that of the configuration, else that of the variables that it names', () => {
  expect(accountOf(configOf({ username: 'a', password: '1' }), OF_VARIABLES)).toEqual({ username: 'a', password: '1' });
  expect(accountOf(configOf({ username: 'a' }), OF_VARIABLES)).toEqual({ username: 'a', password: '2' });
  expect(accountOf(configOf({}), OF_VARIABLES)).toEqual({ username: 'b', password: '2' });
  const keys = { tapo_username_env_key: 'ME', tapo_password_env_key: 'WORD' };
  expect(accountOf(configOf({ keys }), { ...OF_VARIABLES, ME: 'c', WORD: '3' })).toEqual({
    username: 'c',
    password: '3',
  });
  expect(accountOf(configOf({ keys }), OF_VARIABLES)).toBeUndefined();
});

test('there is none where nothing is set, or only empty variables are', () => {
  expect(accountOf(configOf({}), {})).toBeUndefined();
  expect(accountOf(configOf({}), { TP_LINK_USERNAME: '', TP_LINK_PASSWORD: '' })).toBeUndefined();
});

test.each([
  ['word\n', 'word'],
  ['word\r\n', 'word'],
  [' wörd \n\n', ' wörd \n'],
  ['word', 'word'],
])('a password in a file, %j, is what stands there but for the end of the line', (content, password) => {
  const environment = { TP_LINK_USERNAME: 'b', TP_LINK_PASSWORD_FILE: fileWith(content) };
  expect(accountOf(configOf({}), environment)).toEqual({ username: 'b', password });
});

test('a file of a variable that the configuration names is read anew each time', () => {
  const file = fileWith('old');
  const keys = { tapo_password_env_key: 'WORD' };
  const environment = { TP_LINK_USERNAME: 'b', WORD_FILE: file };
  expect(accountOf(configOf({ keys }), environment)?.password).toBe('old');
  writeFileSync(file, 'new');
  expect(accountOf(configOf({ keys }), environment)?.password).toBe('new');
  rmSync(file);
  expect(() => accountOf(configOf({ keys }), environment)).toThrow('ENOENT');
});

test('a file that cannot be used is a problem of the configuration', () => {
  const problem = (environment: Record<string, string>) =>
    problemsOfAccount(configOf({ keys: { tapo_password_env_key: 'WORD' } }), environment);
  const gone = fileWith('');
  const source = 'environment';
  expect(problem({ WORD_FILE: gone })).toEqual([{ source, key: 'WORD_FILE', message: `${gone} is empty` }]);
  rmSync(gone);
  const message = `${gone} cannot be read (ENOENT)`;
  expect(problem({ WORD_FILE: gone })).toEqual([{ source, key: 'WORD_FILE', message }]);
  expect(problem({ WORD_FILE: fileWith('word') })).toEqual([]);
  expect(problem({ WORD: 'wins', WORD_FILE: gone })).toEqual([]);
});
