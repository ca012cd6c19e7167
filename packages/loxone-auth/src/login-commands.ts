import { createHash } from 'node:crypto';
import type { LoginScheme } from './login-scheme.ts';

/**
 * The commands of logging in with a password and of living with a token ("Communicating with the Miniserver"). Those
 * that carry a hash are to be encrypted, TLS or not: firmwares differ in what they take in the clear.
 */

/** Asks for a one-time key. */
export const GET_KEY_COMMAND = 'jdev/sys/getkey';

/** What a token may be used for, and how long it lives: `web` hours to days, `app` weeks. */
export const PERMISSION = { web: 2, app: 4 } as const;

/** What a token is asked for with. */
export interface TokenRequest {
  /** From `hashCredentials`. */
  readonly hash: string;
  readonly user: string;

  /** One of {@link PERMISSION}. */
  readonly permission: number;

  /** From {@link clientUuid}. */
  readonly clientUuid: string;

  /** Who asks, as it is shown to the owner in the list of tokens. */
  readonly info: string;
}

/** The schemes that lead to a token. */
export type TokenScheme = Exclude<LoginScheme, 'hash'>;

/** Asks for what a password hash needs; the value is read by `parseCredentialKey`. */
export function getCredentialKeyCommand(user: string): string {
  return `jdev/sys/getkey2/${encodeURIComponent(user)}`;
}

/** Asks for a token; the connection is logged in by the answer. */
export function getTokenCommand(scheme: TokenScheme, request: TokenRequest): string {
  const { hash, user, permission, clientUuid: uuid, info } = request;
  const command = scheme === 'jwt' ? 'getjwt' : 'gettoken';
  // A slash separates arguments, and may do so even when it is encoded.
  const about = encodeURIComponent(info.replaceAll('/', '-'));
  return `jdev/sys/${command}/${hash}/${encodeURIComponent(user)}/${permission}/${uuid}/${about}`;
}

/** Logs in with a token that is still good. @param hash from `hashToken`, like those of the following commands */
export function authWithTokenCommand(hash: string, user: string): string {
  return `authwithtoken/${hash}/${encodeURIComponent(user)}`;
}

/** Renews the token; the value is read by `renewToken`. */
export function refreshTokenCommand(scheme: TokenScheme, hash: string, user: string): string {
  const command = scheme === 'jwt' ? 'refreshjwt' : 'refreshtoken';
  return `jdev/sys/${command}/${hash}/${encodeURIComponent(user)}`;
}

/** Ends the token, so that it does not fill the Miniserver's list until its time is up. */
export function killTokenCommand(hash: string, user: string): string {
  return `jdev/sys/killtoken/${hash}/${encodeURIComponent(user)}`;
}

/**
 * The UUID by which a Miniserver knows a client: the same for the same installation, in Loxone's form of 8-4-4-16 digits.
 *
 * @param installation what tells it from others, such as program, machine and Miniserver; hashed, and not to be guessed
 *   from the result
 */
export function clientUuid(installation: string): string {
  const hex = createHash('sha256').update(installation).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 32)}`;
}
