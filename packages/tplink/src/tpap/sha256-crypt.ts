import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import { encodeCrypt } from './crypt-base64.ts';

const DEFAULT_ROUNDS = 5_000;
const FEWEST_ROUNDS = 1_000;

/** More would keep the process busy for long, and only a device that means harm asks for it. */
export const MOST_ROUNDS = 200_000;

const LONGEST_SALT = 16;

/** After how many rounds others get their turn: a few milliseconds. */
const ROUNDS_IN_A_ROW = 2_000;

/** Order of the digest's bytes in the text. */
const GROUPS = [
  ...[0, 21, 12, 3, 24, 15, 6, 27, 18, 9].map((first) => [first, (first + 10) % 30, (first + 20) % 30]),
  [31, 30],
];

/** A prefix of a `$5$` hash, taken apart. */
export interface Sha256CryptSetting {
  readonly salt: string;
  /** Undefined: {@link DEFAULT_ROUNDS}, which the text of the hash then does not name. */
  readonly rounds: number | undefined;
}

/**
 * Ulrich Drepper's SHA-256-based crypt(3), `$5$salt$hash` or `$5$rounds=N$salt$hash`: what some devices keep in place of
 * the password.
 *
 * @throws {ProtocolError} when more than {@link MOST_ROUNDS} are asked for
 */
export async function sha256Crypt(password: string, { salt, rounds }: Sha256CryptSetting): Promise<string> {
  const count = Math.max(rounds ?? DEFAULT_ROUNDS, FEWEST_ROUNDS);
  if (!(count <= MOST_ROUNDS)) throw new ProtocolError(`rounds: expected at most ${MOST_ROUNDS}, found ${count}`);
  const key = Buffer.from(password);
  const salted = Buffer.from(salt).subarray(0, LONGEST_SALT);
  const first = firstDigest(key, salted);
  // Digests of the password and of the salt, each repeated many times over, as long as these are themselves.
  const keyBytes = Buffer.alloc(key.length, digest('sha256', ...Array<Buffer>(key.length).fill(key)));
  const saltBytes = Buffer.alloc(salted.length, digest('sha256', ...Array<Buffer>(16 + (first[0] ?? 0)).fill(salted)));
  let hash = first;
  for (let round = 0; round < count; round += 1) {
    if (round % ROUNDS_IN_A_ROW === ROUNDS_IN_A_ROW - 1) await nextTurn();
    const isOdd = round % 2 === 1;
    hash = digest(
      'sha256',
      isOdd ? keyBytes : hash,
      round % 3 === 0 ? '' : saltBytes,
      round % 7 === 0 ? '' : keyBytes,
      isOdd ? hash : keyBytes,
    );
  }
  return `$5$${rounds === undefined ? '' : `rounds=${count}$`}${salted}$${encodeCrypt(hash, GROUPS)}`;
}

function firstDigest(key: Buffer, salt: Buffer): Buffer {
  const alternate = digest('sha256', key, salt, key);
  const parts: Uint8Array[] = [];
  for (let length = key.length; length > 0; length >>= 1) parts.push((length & 1) === 1 ? alternate : key);
  return digest('sha256', key, salt, Buffer.alloc(key.length, alternate), ...parts);
}
