import { beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { BasicAuth } from './basic-auth.ts';

const verified = vi.hoisted(() => vi.fn());
vi.mock('hash-wasm', async (importOriginal) => {
  const original = await importOriginal<typeof import('hash-wasm')>();
  const bcryptVerify: typeof original.bcryptVerify = (options) => {
    verified(options.password.toString(), options.hash);
    return original.bcryptVerify(options);
  };
  return { ...original, bcryptVerify };
});

/** Of `a:b ü` and `other`, made with bcryptjs. */
const HASH = '$2b$04$rnz9KA5SRpt1YSvEfuN4EelKM1cTNJxn8HlGqh4aVO1toXFWm.35G';
const OTHER_HASH = '$2b$04$0DA19tyJj3Wyi97gUFXNa.Nc7otBW17Mv5rNRXc1/jUddg.OkIJJG';

let auth: BasicAuth;
beforeEach(() => {
  verified.mockClear();
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

test.each([
  ['$2b$04$M/mxbQTX.BqxjQn5j0cRU.0FsykGH.9ySnnrQn2fNqBAUrRox5KW6', 'x', 80],
  ['$2b$04$nKNm1rAkA816fzeAbnNS.OQrUnc0DxeP2DO44.CRw.NckWdDM8gPu', 'y', 72],
  ['$2b$04$DFAJbXd3.2VFLJf5iQq1duZ.DzPtRYoOwLJ68fg5cfRbd0xiI9ZDm', 'z', 71],
])('of a password up to 72 bytes count: %s, %s times %i', async (hash, letter, length) => {
  const users = new Map([['dave', new Secret(hash)]]);
  const check = (password: string) => new BasicAuth(users).check(basic('dave', password));
  expect(await check(letter.repeat(length))).toBe('granted');
  expect(await check(letter.repeat(70))).toBe('refused');
  expect(await check(letter.repeat(100))).toBe(length < 72 ? 'refused' : 'granted');
});

test('a right password is verified once, a wrong one every time', async () => {
  const right = basic('alice', 'a:b ü');
  expect(await Promise.all([auth.check(right), auth.check(right), auth.check(right)])).toEqual(
    Array.from({ length: 3 }, () => 'granted'),
  );
  await auth.check(right);
  expect(verified).toHaveBeenCalledTimes(1);
  await auth.check(basic('alice', 'wrong'));
  await auth.check(basic('alice', 'wrong'));
  expect(verified).toHaveBeenCalledTimes(3);
});

test('a name that nobody has costs a comparison with a real hash too', async () => {
  await auth.check(basic('mallory', 'guess'));
  expect(verified.mock.calls).toEqual([['guess', HASH]]);
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
