import { describe, expect, test } from 'vitest';
import { loginSchemeFor, nextScheme, tokenAlgorithmFor } from './login-scheme.ts';

describe('the way to log in', () => {
  test.each([
    ['14.5.12.28', 'jwt'],
    ['10.2', 'jwt'],
    ['10.2.3.26', 'jwt'],
    ['10.1.12.11', 'token'],
    ['10.1', 'token'],
    ['9.10', 'token'],
    ['9', 'token'],
    ['8.3.3.21', 'hash'],
    ['6.0.9.12', 'hash'],
    [undefined, 'jwt'],
    ['unreleased', 'hash'],
  ] as const)('of firmware %s is %s', (firmware, scheme) => {
    expect(loginSchemeFor(firmware)).toBe(scheme);
  });

  test('changes to the next older one when the command is unknown', () => {
    expect([nextScheme('jwt', 404), nextScheme('token', 404), nextScheme('hash', 404)]).toEqual([
      'token',
      'hash',
      undefined,
    ]);
  });

  test.each([200, 400, 401, 403, 420, 423, 429, 500, 503])('does not change after code %i', (code) => {
    expect(nextScheme('jwt', code)).toBeUndefined();
    expect(nextScheme('token', code)).toBeUndefined();
  });
});

describe('the algorithm of token hashes', () => {
  test.each([
    ['10.3.11.25', 'SHA1'],
    ['9.0.7', 'SHA1'],
    ['10.4', 'SHA256'],
    ['10.4.0.1', 'SHA256'],
    ['16.0', 'SHA256'],
    [undefined, 'SHA256'],
  ])('of firmware %s is %s', (firmware, algorithm) => {
    expect(tokenAlgorithmFor(firmware)).toBe(algorithm);
  });
});
