/** Something that should be a key or salt and is not. Never quotes what it found. */
export class InvalidKeyError extends Error {}

/**
 * Reads a key that a Miniserver sends: the value of `getkey`, the `key` of other answers, or a decrypted key exchange.
 *
 * Keys come as hex and are decoded once. On old firmware the bytes happen to be hex digits again, which must be left
 * alone; on newer firmware they are random, so that no detour through a text keeps them whole (both observed). A key is
 * good for one hash, made within a few seconds.
 *
 * @throws {InvalidKeyError}
 */
export function parseOneTimeKey(value: unknown): Uint8Array {
  if (typeof value === 'string' && /^(?:[0-9a-f]{2})+$/i.test(value)) return Buffer.from(value, 'hex');
  const found = typeof value === 'string' ? `a text of ${value.length} other characters` : typeof value;
  throw new InvalidKeyError(`key of the Miniserver: expected hex digits, found ${found}`);
}
