/** Hash algorithms as Miniservers name them; SHA256 came with firmware 10.4. */
export type HashAlgorithm = 'SHA1' | 'SHA256';

/** A hash algorithm that this package does not know. */
export class UnsupportedHashError extends Error {}

/**
 * Reads the `hashAlg` of an answer. Missing, as on firmwares that only know the one, it is SHA1.
 *
 * @throws {UnsupportedHashError}
 */
export function parseHashAlgorithm(value: unknown): HashAlgorithm {
  if (value === undefined || value === 'SHA1') return 'SHA1';
  if (value === 'SHA256') return value;
  throw new UnsupportedHashError(`hash algorithm: expected SHA1 or SHA256, found ${JSON.stringify(value)}`);
}
