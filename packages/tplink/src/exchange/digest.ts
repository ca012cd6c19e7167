import { createHash } from 'node:crypto';

/** A hash of byte strings one after the other; texts go in as UTF-8. */
export function digest(algorithm: 'md5' | 'sha1' | 'sha256', ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
