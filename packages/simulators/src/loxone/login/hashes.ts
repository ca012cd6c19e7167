import { createHash, createHmac } from 'node:crypto';

/** As `getkey2` names them. */
export type HashAlgorithm = 'SHA1' | 'SHA256';

/** `upper(hex(HASH(password:salt)))`; the salt goes in as the text that was sent, never decoded (PROTOCOL §6.1). */
export function passwordHash(password: string, salt: string, algorithm: HashAlgorithm): string {
  return createHash(algorithm).update(`${password}:${salt}`, 'utf8').digest('hex').toUpperCase();
}

/**
 * Lower hex HMAC of a text, keyed with the bytes of a one-time key. The text is `user:pwHash` for `getjwt` and
 * `gettoken`, the token itself for `authwithtoken` and its kin, `user:password` for the hash login of firmware 8.
 */
export function keyedHash(key: Buffer, text: string, algorithm: HashAlgorithm): string {
  return createHmac(algorithm, key).update(text, 'utf8').digest('hex');
}
