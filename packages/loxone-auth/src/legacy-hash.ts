import type { Credentials } from './credential-hash.ts';
import { keyedHash } from './keyed-hash.ts';

/** The hash with which firmwares before 9.0 log in ("Communicating with the Miniserver"); removed after 9.3. */
export function legacyHash({ user, password }: Credentials, key: Uint8Array): string {
  return keyedHash(key, `${user}:${password}`, 'SHA1');
}

/** Logs in with a {@link legacyHash}, in the clear. */
export function authenticateCommand(hash: string): string {
  return `authenticate/${hash}`;
}
