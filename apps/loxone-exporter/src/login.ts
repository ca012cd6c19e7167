import type { KeyObject } from 'node:crypto';
import {
  authenticateCommand,
  authWithTokenCommand,
  type Credentials,
  clientUuid,
  GET_KEY_COMMAND,
  getCredentialKeyCommand,
  getTokenCommand,
  hashCredentials,
  hashToken,
  isExpired,
  legacyHash,
  loginSchemeFor,
  nextScheme,
  PERMISSION,
  parseCredentialKey,
  parseOneTimeKey,
  parseToken,
  renewToken,
  type TokenScheme,
  tokenAlgorithmFor,
} from '@device-exporters/loxone-auth';
import type { Clock } from '@device-exporters/retry';
import type { Channel } from './channel.ts';
import { ConnectionEnded } from './end-reason.ts';
import { SecureChannel } from './secure-channel.ts';
import type { TokenStore } from './token-store.ts';

/** Who logs in where, with what. */
export interface LoginOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  /** Firmware version, where the Miniserver has told it. */
  readonly firmware: string | undefined;
  readonly credentials: Credentials;
  /** Undefined for firmware that knows no encryption. */
  readonly publicKey: KeyObject | undefined;
  /** The token of an earlier login, if there is one; a new one is put there. */
  readonly tokens: TokenStore;
  /** What tells this installation from others. */
  readonly installation: string;
  /** Told of every login that is refused. */
  onRefused(): void;
}

/** How the connection was logged in: what is needed to renew and to give back the token. */
export interface Login {
  readonly scheme: TokenScheme;
  readonly secure: SecureChannel;
}

/** The Miniserver refuses the login: user or password is wrong, or the user is disabled. */
export class LoginRefusedError extends ConnectionEnded {
  constructor(message: string) {
    super('authentication', message);
  }
}

/** A web token lives hours to days, long enough to be renewed and short enough to vanish by itself. */
const TOKEN_PERMISSION = PERMISSION.web;

/**
 * Logs a connection in: with the token of an earlier login where there is one, else with the password, by the scheme of
 * the firmware.
 *
 * A token that is refused leads to the password, once. A password that is refused leads nowhere: each try counts towards
 * the block of this address, which locks out the owner's app as well.
 *
 * @returns undefined where the firmware knows no tokens
 * @throws {ConnectionEnded}
 */
export async function logIn(options: LoginOptions): Promise<Login | undefined> {
  const { channel, clock, firmware, publicKey } = options;
  const secure = publicKey === undefined ? undefined : await SecureChannel.over(channel, publicKey, clock);
  for (let scheme = loginSchemeFor(firmware); ; ) {
    if (scheme === 'hash' || secure === undefined) {
      const code = await logInWithHash(options);
      if (code === 200) return undefined;
      throw refusal(code, options);
    }
    if (await logInWithToken(secure, options)) return { scheme, secure };
    const code = await logInWithPassword(scheme, secure, options);
    if (code === 200) return { scheme, secure };
    const next = nextScheme(scheme, code);
    if (next === undefined) throw refusal(code, options);
    scheme = next;
  }
}

/** User disabled, blocked, starting up: the token may be as good as ever, and the password would fare no better. */
const NO_FAULT_OF_THE_TOKEN: readonly number[] = [423, 429, 503];

async function logInWithToken(secure: SecureChannel, options: LoginOptions): Promise<boolean> {
  const { tokens, credentials, clock, onRefused } = options;
  const token = tokens.get();
  if (token === undefined) return false;
  if (!isExpired(token, clock.now())) {
    const hash = hashToken(token, await secure.oneTimeKey());
    const { code, value } = await secure.command(authWithTokenCommand(hash, credentials.user));
    if (code === 200) {
      tokens.set(renewToken(token, value));
      return true;
    }
    if (NO_FAULT_OF_THE_TOKEN.includes(code)) throw refusal(code, options);
    onRefused();
  }
  tokens.set(undefined);
  return false;
}

/** Asks for a new token; the connection is logged in by the answer. Returns the code of the answer. */
async function logInWithPassword(scheme: TokenScheme, secure: SecureChannel, options: LoginOptions): Promise<number> {
  const { credentials, firmware, tokens, installation } = options;
  const question = await secure.command(getCredentialKeyCommand(credentials.user));
  if (question.code !== 200) return question.code;
  const hash = hashCredentials(credentials, parseCredentialKey(question.value));
  const request = { hash, user: credentials.user, permission: TOKEN_PERMISSION, clientUuid: clientUuid(installation) };
  const answer = await secure.commandWithSecretAnswer(getTokenCommand(scheme, { ...request, info: 'loxone-exporter' }));
  // Whoever still has `gettoken` and no `getjwt` is older than SHA256, also where the version is not known.
  const algorithm = scheme === 'token' ? 'SHA1' : tokenAlgorithmFor(firmware);
  if (answer.code === 200) tokens.set(parseToken(answer.value, algorithm));
  return answer.code;
}

/** Firmware 8.x. Returns the code of the answer. */
async function logInWithHash({ channel, credentials }: LoginOptions): Promise<number> {
  const question = await channel.command(GET_KEY_COMMAND);
  if (question.code !== 200) return question.code;
  const hash = legacyHash(credentials, parseOneTimeKey(question.value));
  return (await channel.command(authenticateCommand(hash))).code;
}

/** What a code that is not 200 means for the connection (Loxone's "Communicating with the Miniserver"). */
function refusal(code: number, { credentials, onRefused }: LoginOptions): ConnectionEnded {
  if (code === 401 || code === 423) {
    onRefused();
    const why = code === 423 ? 'the user is disabled' : 'user or password is wrong';
    return new LoginRefusedError(`the Miniserver refuses the login of "${credentials.user}": ${why} (code ${code})`);
  }
  if (code === 403 || code === 429) {
    onRefused();
    return new ConnectionEnded('blocked', `the Miniserver blocks logins from this address for a time (code ${code})`);
  }
  if (code === 503) return new ConnectionEnded('starting_up', 'the Miniserver is starting up (code 503)');
  return new ConnectionEnded('protocol', `the Miniserver answers the login with code ${code}`);
}
