import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../test/fixed.ts';
import { hashCredentials, parseCredentialKey } from './credential-hash.ts';
import { UnsupportedHashError } from './hash-algorithm.ts';
import { InvalidKeyError } from './one-time-key.ts';

const ANSWER = { key: '00ff80c3287f10a5', salt: '3031', hashAlg: 'SHA256' };
const CREDENTIALS = { user: 'Jürg:1', password: 'päss/wörd' };

describe('what a password hash needs', () => {
  test('is a key to be decoded, a salt to be left alone, and an algorithm', () => {
    expect(parseCredentialKey(ANSWER)).toEqual({
      key: Buffer.from('00ff80c3287f10a5', 'hex'),
      salt: '3031',
      algorithm: 'SHA256',
    });
  });

  test('is SHA1 when the answer names no algorithm', () => {
    const { hashAlg: _, ...older } = ANSWER;
    expect(parseCredentialKey(older).algorithm).toBe('SHA1');
    expect(parseCredentialKey({ ...older, hashAlg: 'SHA1' }).algorithm).toBe('SHA1');
  });

  test('is not an algorithm of the future', () => {
    expect(() => parseCredentialKey({ ...ANSWER, hashAlg: 'SHA512' })).toThrow(
      new UnsupportedHashError('hash algorithm: expected SHA1 or SHA256, found "SHA512"'),
    );
  });

  test.each([undefined, null, '', 'text', {}, { salt: '3031' }, { key: '00' }, { key: 7, salt: '3031' }])(
    'is not in %j',
    (value) => {
      expect(() => parseCredentialKey(value)).toThrow(InvalidKeyError);
    },
  );

  test('is never quoted in an error', () => {
    const error = errorOf(() => parseCredentialKey({ key: 'c0ffee-secret', salt: '3031' }));
    expect(inspect(error)).not.toContain('c0ffee');
  });
});

describe('the hash of credentials', () => {
  test.each([
    ['SHA1', '4a66ca66594994d2db9a68d3dbe81a94de3d984f'],
    ['SHA256', '4493b157ddbb99ae2b928badd1f567095bada14acac9185049daad670361005b'],
  ])('with %s is what others compute', (hashAlg, hash) => {
    expect(hashCredentials(CREDENTIALS, parseCredentialKey({ ...ANSWER, hashAlg }))).toBe(hash);
  });
});
