import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../test/fixed.ts';
import { UnsupportedHashError } from './hash-algorithm.ts';
import {
  hashToken,
  InvalidTokenError,
  isExpired,
  parseStoredToken,
  parseToken,
  refreshAtMs,
  renewToken,
  type Token,
} from './token.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 0, 1);

function tokenFor(lifeMs: number): Token {
  return { token: 'c0ffee', validUntilUnixSeconds: (NOW_MS + lifeMs) / 1_000, algorithm: 'SHA256' };
}

describe('a token', () => {
  test('is read from an answer, its time counted from 2009', () => {
    const answer = { token: 'c0ffee', key: '41', validUntil: 342_151_839, tokenRights: 4, unsecurePass: false };
    expect(parseToken(answer, 'SHA1')).toEqual({
      token: 'c0ffee',
      validUntilUnixSeconds: Date.UTC(2019, 10, 5, 2, 10, 39) / 1_000,
      algorithm: 'SHA1',
    });
  });

  test('may have its time as a text', () => {
    expect(parseToken({ token: 'c0ffee', validUntil: '0' }, 'SHA1').validUntilUnixSeconds).toBe(1_230_768_000);
  });

  test.each([
    ['a text, found undefined', {}],
    ['a text, found undefined', 'c0ffee'],
    ['a text, found undefined', null],
    ['a text, found string', { token: '', validUntil: 1 }],
    ['a text, found number', { token: 7, validUntil: 1 }],
    ['the end of its time, found none', { token: 'c0ffee' }],
    ['the end of its time, found none', { token: 'c0ffee', validUntil: 'never' }],
    ['the end of its time, found none', { token: 'c0ffee', validUntil: Number.NaN }],
  ])('needs %s', (message, answer) => {
    expect(() => parseToken(answer, 'SHA1')).toThrow(new InvalidTokenError(`token: expected ${message}`));
  });

  test('is never quoted in an error', () => {
    expect(inspect(errorOf(() => parseToken({ token: 'coffee-and-tea' }, 'SHA1')))).not.toContain('tea');
  });

  test('survives being kept as JSON', () => {
    const token = tokenFor(DAY_MS);
    expect(parseStoredToken(JSON.parse(JSON.stringify(token)))).toEqual(token);
  });

  test('is not read from a file that holds none', () => {
    expect(() => parseStoredToken([])).toThrow(InvalidTokenError);
    expect(() => parseStoredToken({ ...tokenFor(0), algorithm: 'MD5' })).toThrow(UnsupportedHashError);
  });

  test.each([
    ['SHA1', '699aaa239effc7e157620e1c5eb3f428fa58db95'],
    ['SHA256', '45ec770e594f3b21eb70a4cb519d52f8668a8296afcdb080252386ae3cd45313'],
  ] as const)('is hashed with %s as others do', (algorithm, hash) => {
    const key = Buffer.from('00ff80c3287f10a5', 'hex');
    expect(hashToken({ ...tokenFor(0), token: '8E2AA590', algorithm }, key)).toBe(hash);
  });
});

describe('the renewal of a token', () => {
  const token = tokenFor(DAY_MS);

  test('may bring another one', () => {
    expect(renewToken(token, { token: 'fresh', validUntil: 10, key: '41' })).toEqual({
      token: 'fresh',
      validUntilUnixSeconds: 1_230_768_010,
      algorithm: 'SHA256',
    });
  });

  test('may bring more time only', () => {
    expect(renewToken(token, { validUntil: 10 })).toEqual({ ...token, validUntilUnixSeconds: 1_230_768_010 });
  });

  test.each(['', null, {}, { token: '', validUntil: 'x' }])('may say nothing, as %j', (answer) => {
    expect(renewToken(token, answer)).toEqual(token);
  });
});

describe('the time to refresh a token', () => {
  test.each([
    ['4 hours', 4 * HOUR_MS, 2 * HOUR_MS],
    ['2 days', 2 * DAY_MS, DAY_MS],
    ['28 days', 28 * DAY_MS, DAY_MS],
    ['10 seconds', 10_000, 5_000],
    ['no time left', 0, 0],
    ['been dead for a day', -DAY_MS, 0],
  ])('of one that has %s', (_, lifeMs, waitMs) => {
    expect(refreshAtMs(tokenFor(lifeMs), NOW_MS) - NOW_MS).toBe(waitMs);
  });

  test('is over when the token has expired', () => {
    expect(isExpired(tokenFor(1_000), NOW_MS)).toBe(false);
    expect(isExpired(tokenFor(0), NOW_MS)).toBe(true);
  });
});
