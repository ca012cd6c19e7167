import { createHmac } from 'node:crypto';
import type { HashAlgorithm } from './hash-algorithm.ts';

/** HMAC of a text under a one-time key, in lower-case hex: the form of every proof that a Miniserver asks for. */
export function keyedHash(key: Uint8Array, text: string, algorithm: HashAlgorithm): string {
  return createHmac(algorithm, key).update(text).digest('hex');
}
