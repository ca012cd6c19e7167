import type { KeyObject } from 'node:crypto';
import { parseOneTimeKey } from './one-time-key.ts';
import type { SessionKey } from './session-key.ts';

/**
 * The command that begins encryption on a connection. Its base64 is not percent-encoded, unlike that of all encrypted
 * commands after it (observed in Loxone's clients).
 */
export function keyExchangeCommand(session: SessionKey, publicKey: KeyObject): string {
  return `jdev/sys/keyexchange/${session.sealFor(publicKey)}`;
}

/**
 * Reads the value that answers the key exchange: a one-time key, as from `getkey`, encrypted with the new session key.
 *
 * @throws {InvalidKeyError} when it is no text, or no key comes out
 * @throws {DecryptionError}
 */
export function openKeyExchange(session: SessionKey, value: unknown): Uint8Array {
  return parseOneTimeKey(typeof value === 'string' ? session.decrypt(value) : value);
}
