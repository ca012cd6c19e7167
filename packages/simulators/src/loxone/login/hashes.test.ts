import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { type HashAlgorithm, keyedHash, passwordHash } from './hashes.ts';

interface HashCase {
  readonly key: string;
  readonly hashAlg: HashAlgorithm;
  readonly user: string;
  readonly password: string;
  readonly salt: string;
  readonly token: string;
  readonly pwHash: string;
  readonly hash: string;
}

function casesOf(file: string): HashCase[] {
  return readReference<{ cases: HashCase[] }>(`vectors/${file}.json`).cases;
}

describe.skipIf(!hasReference)('the vectors of hashes', () => {
  it('credential_hash.json holds for passwords', () => {
    for (const { key, hashAlg, user, password, salt, pwHash, hash } of casesOf('credential_hash')) {
      expect(passwordHash(password, salt, hashAlg)).toBe(pwHash);
      expect(keyedHash(Buffer.from(key, 'hex'), `${user}:${pwHash}`, hashAlg)).toBe(hash);
    }
  });

  it('token_hash.json holds for tokens', () => {
    for (const { key, hashAlg, token, hash } of casesOf('token_hash')) {
      expect(keyedHash(Buffer.from(key, 'hex'), token, hashAlg)).toBe(hash);
    }
  });

  it('legacy_hash.json holds for firmware 8', () => {
    for (const { key, user, password, hash } of casesOf('legacy_hash')) {
      expect(keyedHash(Buffer.from(key, 'hex'), `${user}:${password}`, 'SHA1')).toBe(hash);
    }
  });
});
