import type { OneTimeKeys } from '../../login/one-time-keys.ts';
import type { SessionKey } from '../../login/rsa.ts';
import type { CodeStyle, Reply } from '../../wire/envelope.ts';
import type { Core } from '../core.ts';

/** How a command came in: in the clear, encrypted, or encrypted with the wish for an encrypted answer. */
export type Encryption = 'none' | 'enc' | 'fenc';

/** What a command may know of and do to the connection it came over. */
export interface Caller {
  readonly id: number;
  readonly address: string;
  readonly keys: OneTimeKeys;
  /** The token the connection is logged in with. */
  readonly token: string | undefined;
  readonly isLoggedIn: boolean;
  /** Whether it already holds an event slot. */
  readonly subscribed: boolean;
  /** Starts command encryption anew, with a fresh salt; returns the base64 of that text encrypted. */
  encryptWith(key: SessionKey, text: string): string;
  /** Text of a message that is encrypted without salt, as in `authenticateEnc`. */
  decrypt(base64: string): string | undefined;
  /** The connection is logged in from now on, with that token if there is one. */
  welcome(token?: string): void;
  /** Takes an event slot; sends everything once the current answer is out. */
  subscribe(): void;
}

/** One command, taken apart. */
export interface Call {
  readonly core: Core;
  readonly caller: Caller;
  /** The path after the command's name, still percent-encoded. */
  readonly parameters: readonly string[];
  readonly encryption: Encryption;
}

/** An envelope, a file, or the end of the connection. */
export type Answer =
  | Reply
  | { readonly file: string }
  | { readonly close: { readonly code: number; readonly reason: string } };

/** One command of the WebSocket interface. */
export interface Command {
  readonly path: string;
  /** How many path segments follow; `rest` takes everything after the name as one, slashes included. */
  readonly parameters: number | 'rest';
  /** First firmware that knows it; older ones answer 404. */
  readonly since?: string;
  /** First firmware that no longer knows it. */
  readonly removedIn?: string;
  /** May be sent before the connection is logged in. */
  readonly beforeLogin?: boolean;
  /** In the clear it is answered with 400. */
  readonly encryptedOnly?: boolean;
  /** How the answer writes its code; default `Code`. */
  readonly codeStyle?: CodeStyle;
  run(call: Call): Answer;
}

/** The answer to anything malformed or out of place. */
export const BAD_REQUEST: Reply = { code: 400, value: '' };

/** A plain success. */
export function ok(value: unknown): Reply {
  return { code: 200, value };
}
