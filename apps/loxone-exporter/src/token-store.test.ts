import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Token } from '@device-exporters/loxone-auth';
import { describe, expect, test } from 'vitest';
import { recordedLog } from '../test/recorded-log.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { fileTokenStore, memoryTokenStore } from './token-store.ts';

const TOKEN: Token = { token: 'abc', validUntilUnixSeconds: 2_000_000_000, algorithm: 'SHA256' };
const OTHER: Token = { ...TOKEN, token: 'def' };

test('a store in memory forgets with the process', () => {
  const store = memoryTokenStore();
  expect([store.get(), store.isLasting]).toEqual([undefined, false]);
  store.set(TOKEN);
  expect(store.get()).toBe(TOKEN);
  store.set(undefined);
  expect(store.get()).toBeUndefined();
});

describe('a store in a file', () => {
  test('is there again in the next process, for its owner alone', async () => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    const { log, records } = recordedLog();
    fileTokenStore(file, 'a', log).set(TOKEN);
    fileTokenStore(file, 'b', log).set(OTHER);
    expect(fileTokenStore(file, 'a', log).get()).toEqual(TOKEN);
    expect(fileTokenStore(file, 'b', log).get()).toEqual(OTHER);
    expect(fileTokenStore(file, 'c', log).get()).toBeUndefined();

    fileTokenStore(file, 'a', log).set(undefined);
    expect(fileTokenStore(file, 'a', log).get()).toBeUndefined();
    expect(fileTokenStore(file, 'b', log).get()).toEqual(OTHER);
    expect(records).toEqual([]);
  });

  test('can be read by its owner alone, and leaves nothing beside it', async () => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    writeFileSync(file, '{}', { mode: 0o644 });
    const store = fileTokenStore(file, 'a', recordedLog().log);
    store.set(TOKEN);
    expect(store.isLasting).toBe(true);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(folder.path)).toEqual(['tokens.json']);
  });

  test('is not written when nothing changes', async () => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    const store = fileTokenStore(file, 'a', recordedLog().log);
    store.set(TOKEN);
    writeFileSync(file, 'changed by somebody');
    store.set(store.get());
    expect(readFileSync(file, 'utf8')).toBe('changed by somebody');
  });

  test.each([
    ['no JSON', '{"a": {"token": "abc"', 'no valid JSON'],
    ['a token that is none', '{"a": {"token": 7, "validUntilUnixSeconds": 1, "algorithm": "SHA1"}}', 'token'],
    ['a hash nobody knows', '{"a": {"token": "abc", "validUntilUnixSeconds": 1, "algorithm": "MD5"}}', 'MD5'],
  ])('that holds %s costs a warning, which does not quote it, and is good again after', async (_, content, err) => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    writeFileSync(file, content);
    const { log, records } = recordedLog();
    const store = fileTokenStore(file, 'a', log);
    expect(store.get()).toBeUndefined();
    expect(records).toMatchObject([{ level: 'warn', facts: { file } }]);
    expect(String(records[0]?.facts['err'])).toContain(err);
    expect(String(records[0]?.facts['err'])).not.toContain('abc');
    store.set(TOKEN);
    expect(fileTokenStore(file, 'a', log).get()).toEqual(TOKEN);
  });

  test.each(['null', '7', '[]', '""'])('that holds %s is an empty one', async (content) => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    writeFileSync(file, content);
    const { log, records } = recordedLog();
    expect(fileTokenStore(file, 'a', log).get()).toBeUndefined();
    expect(records).toEqual([]);
  });

  test('that is a folder can be neither read nor written: a warning for each, and a token for this process', async () => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'tokens.json');
    mkdirSync(file);
    const { log, records } = recordedLog();
    const store = fileTokenStore(file, 'a', log);
    store.set(TOKEN);
    expect(store.get()).toBe(TOKEN);
    expect(records.map(({ msg }) => msg)).toEqual([
      'the token file cannot be read; logging in with the password',
      'the token file cannot be read; logging in with the password',
      'the token file cannot be written; the token will not outlive this process',
    ]);
    expect(readdirSync(folder.path)).toEqual(['tokens.json']);
  });

  test('in a folder that is not there costs a warning when it is written', async () => {
    await using folder = temporaryFolder();
    const { log, records } = recordedLog();
    const store = fileTokenStore(join(folder.path, 'nowhere', 'tokens.json'), 'a', log);
    expect(records).toEqual([]);
    store.set(TOKEN);
    expect(store.get()).toBe(TOKEN);
    expect(records).toMatchObject([{ level: 'warn', msg: expect.stringContaining('cannot be written') }]);
  });
});
