import { createHash } from 'node:crypto';
import { type HashAlgorithm, parseHashAlgorithm } from './hash-algorithm.ts';
import { keyedHash } from './keyed-hash.ts';
import { InvalidKeyError, parseOneTimeKey } from './one-time-key.ts';
import { fieldOf } from './record.ts';

/** Who logs in. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a Miniserver sends, for one user and one hash, in answer to `getkey2`. */
export interface CredentialKey {
  /** One-time key. */
  readonly key: Uint8Array;

  /** The user's salt, as it was sent. */
  readonly salt: string;
  readonly algorithm: HashAlgorithm;
}

/**
 * Reads the value of a `getkey2` answer: `{key, salt, hashAlg?}`.
 *
 * @throws {InvalidKeyError} when it has no key or no salt
 * @throws {UnsupportedHashError}
 */
export function parseCredentialKey(value: unknown): CredentialKey {
  const salt = fieldOf(value, 'salt');
  if (typeof salt !== 'string') throw new InvalidKeyError(`salt of the user: expected a text, found ${typeof salt}`);
  return {
    key: parseOneTimeKey(fieldOf(value, 'key')),
    salt,
    algorithm: parseHashAlgorithm(fieldOf(value, 'hashAlg')),
  };
}

/**
 * The hash that `getjwt` and `gettoken` take for a password ("Communicating with the Miniserver"): an HMAC, under the
 * one-time key, of user and hashed password. The salt looks like hex, but goes in as text.
 */
export function hashCredentials({ user, password }: Credentials, { key, salt, algorithm }: CredentialKey): string {
  const passwordHash = createHash(algorithm).update(`${password}:${salt}`).digest('hex').toUpperCase();
  return keyedHash(key, `${user}:${passwordHash}`, algorithm);
}
