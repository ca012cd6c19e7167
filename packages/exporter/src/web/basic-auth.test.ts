import { hashSync } from 'bcryptjs';
import { beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { BasicAuth } from './basic-auth.ts';

const compared = vi.hoisted(() => vi.fn());
vi.mock('bcryptjs', async (importOriginal) => {
  const original = await importOriginal<typeof import('bcryptjs')>();
  const compare = (password: string, hash: string): Promise<boolean> => {
    compared(password, hash);
    return original.compare(password, hash);
  };
  return { ...original, compare };
});

const HASH = hashSync('a:b ü', 4);
const OTHER_HASH = hashSync('other', 4);

let auth: BasicAuth;
beforeEach(() => {
  compared.mockClear();
  auth = new BasicAuth(
    new Map([
      ['alice', new Secret(HASH)],
      ['bob', new Secret(OTHER_HASH)],
    ]),
  );
});

function basic(name: string, password: string, scheme = 'Basic'): string {
  return `${scheme} ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

test('the right password is granted, colons and all, whatever the spelling of the scheme', async () => {
  expect(await auth.check(basic('alice', 'a:b ü'))).toBe('granted');
  expect(await auth.check(basic('bob', 'other', 'bAsIc'))).toBe('granted');
});

test.each([
  ['no header', undefined],
  ['another scheme', 'Bearer abc'],
  ['no base64', 'Basic *'],
  ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`],
  ['a wrong password', basic('alice', 'a')],
  ["another's password", basic('alice', 'other')],
  ['no password', basic('alice', '')],
  ['nobody with the password that stands in for theirs', basic('mallory', 'a:b ü')],
  ['a name that every object has', basic('constructor', 'a:b ü')],
])('%s is refused', async (_, header) => {
  expect(await auth.check(header)).toBe('refused');
});

test.each(['$2a$', '$2y$'])('hashes that begin with %s are understood', async (version) => {
  const users = new Map([['carol', new Secret(HASH.replace('$2b$', version))]]);
  expect(await new BasicAuth(users).check(basic('carol', 'a:b ü'))).toBe('granted');
});

test('a right password is compared once, a wrong one every time', async () => {
  const right = basic('alice', 'a:b ü');
  expect(await Promise.all([auth.check(right), auth.check(right), auth.check(right)])).toEqual(
    Array.from({ length: 3 }, () => 'granted'),
  );
  await auth.check(right);
  expect(compared).toHaveBeenCalledTimes(1);
  await auth.check(basic('alice', 'wrong'));
  await auth.check(basic('alice', 'wrong'));
  expect(compared).toHaveBeenCalledTimes(3);
});

test('a name that nobody has costs a comparison with a real hash too', async () => {
  await auth.check(basic('mallory', 'guess'));
  expect(compared.mock.calls).toEqual([['guess', HASH]]);
});

test('guesses wait in line up to a limit, and hinder nobody who is known already', async () => {
  await auth.check(basic('alice', 'a:b ü'));
  const guesses = Array.from({ length: 60 }, (_, index) => auth.check(basic('alice', `guess ${index}`)));
  const known = await auth.check(basic('alice', 'a:b ü'));
  expect(known).toBe('granted');
  const results = await Promise.all(guesses);
  expect(results.filter((result) => result === 'busy')).toHaveLength(10);
  expect(results.filter((result) => result === 'refused')).toHaveLength(50);
  expect(await auth.check(basic('bob', 'other'))).toBe('granted');
});
