import { digest } from '../exchange/digest.ts';
import { encodeCrypt } from './crypt-base64.ts';

const MAGIC = '$1$';
const ROUNDS = 1_000;
const LONGEST_SALT = 8;

/** Order of the digest's bytes in the text. */
const GROUPS = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];

/**
 * Poul-Henning Kamp's MD5-based crypt(3), `$1$salt$hash`: what some devices keep in place of the password.
 *
 * @param salt at most 8 characters count
 */
export function md5Crypt(password: string, salt: string): string {
  const key = Buffer.from(password);
  const salted = Buffer.from(salt.slice(0, LONGEST_SALT));
  const alternate = digest('md5', key, salted, key);
  // As many bytes of the alternate digest as the password has, then one per bit of its length: the password's first
  // byte where the bit is 0, and a zero, by an accident that became the standard, where it is 1.
  const filling = Buffer.alloc(key.length, alternate);
  const bits: number[] = [];
  for (let length = key.length; length > 0; length >>= 1) bits.push((length & 1) === 1 ? 0 : (key[0] ?? 0));
  let hash = digest('md5', key, MAGIC, salted, filling, Buffer.from(bits));
  for (let round = 0; round < ROUNDS; round += 1) {
    const isOdd = round % 2 === 1;
    hash = digest(
      'md5',
      isOdd ? key : hash,
      round % 3 === 0 ? '' : salted,
      round % 7 === 0 ? '' : key,
      isOdd ? hash : key,
    );
  }
  return `${MAGIC}${salted}$${encodeCrypt(hash, GROUPS)}`;
}
