import { systemClock } from '@device-exporters/retry';
import type { Credentials } from '../credentials.ts';
import type { DeviceError } from '../device-error.ts';
import { DeviceCodeError, TRANSPORT_CHANGED, WrongAccountError } from '../exchange/device-code.ts';
import { asRecord, errorCodeOf, type JsonRecord, parseRecord, textOf } from '../exchange/json-record.ts';
import { createSessionTransport, type SessionTransport } from '../exchange/session-transport.ts';
import { TAPO_SETUP_ACCOUNT } from '../exchange/setup-accounts.ts';
import type { AccountTransportOptions } from '../exchange/transport-options.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { readSessionCookie } from '../http/session-cookie.ts';
import { AesCipher } from './aes-cipher.ts';
import { AesSession, postJson } from './aes-session.ts';
import { type LoginVersion, loginRequest } from './login-request.ts';
import { decryptSecret, publicKeyPem, type RsaKeyPair, rsaKeyPair } from './rsa-key-pair.ts';

export interface AesTransportOptions extends Omit<AccountTransportOptions, 'randomBytes'> {
  /** `lv` of the discovery answer, 1 when that has none. Default: both are tried. */
  readonly loginVersion?: LoginVersion | undefined;

  /** Default: the one of this process. */
  readonly keyPair?: (() => Promise<RsaKeyPair>) | undefined;
}

/** Speaks `securePassthrough` to Tapo devices with firmware of before KLAP. */
export function createAesTransport(options: AesTransportOptions): SessionTransport {
  const { host, isHttps = false, port = isHttps ? 443 : 80, credentials, clock = systemClock } = options;
  const { keyPair = rsaKeyPair } = options;
  const client = createHttpClient({ host, port, isHttps, timeoutMs: options.timeoutMs, clock });

  const attempts = attemptsFor(credentials, options.loginVersion);

  async function logIn(signal: AbortSignal): Promise<AesSession> {
    const refusals: DeviceError[] = [];
    for (const attempt of [...attempts]) {
      // A login that was refused spoils its session: every attempt has a handshake of its own.
      const session = await shakeHands(client, keyPair, signal);
      try {
        const loggedIn = await logInTo(session, attempt, `AES login with ${client.origin}`, signal);
        // What has worked comes first next time: refused logins are counted, and lock the device in the end.
        attempts.splice(attempts.indexOf(attempt), 1);
        attempts.unshift(attempt);
        return loggedIn;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusals.push(error);
      }
    }
    // That the set-up account does not fit either is no news; nor what a device thinks of the other version.
    throw refusals.find((refusal) => refusal instanceof WrongAccountError) ?? refusals[0];
  }

  async function logInTo(
    session: AesSession,
    { account, version }: LoginAttempt,
    what: string,
    signal: AbortSignal,
  ): Promise<AesSession> {
    const answer = await session.ask(loginRequest(version, account, clock.now()), what, signal);
    return session.withToken(textOf(resultOf(parseRecord(answer, what), what), 'token', what));
  }

  return createSessionTransport(
    {
      protocol: 'aes',
      logIn,
      ask: (session, request, signal) => session.ask(request, `AES request to ${client.origin}`, signal),
      disconnect: () => client.close(),
    },
    clock,
  );
}

/** One way to log in. */
interface LoginAttempt {
  readonly account: Credentials;
  readonly version: LoginVersion;
}

/** Devices count refused logins, and lock after some. */
const MOST_ATTEMPTS = 3;

/** A device that was never bound to an account takes the set-up account. */
function attemptsFor(account: Credentials | undefined, version: LoginVersion | undefined): LoginAttempt[] {
  const versions: readonly LoginVersion[] = version === undefined ? [2, 1] : [version];
  const accounts = account === undefined ? [TAPO_SETUP_ACCOUNT] : [account, TAPO_SETUP_ACCOUNT];
  const attempts = accounts.flatMap((each) => versions.map((one) => ({ account: each, version: one })));
  return attempts.slice(0, MOST_ATTEMPTS);
}

/** Whether another attempt may do: what a device says to a password in the field of the other version is not known. */
function isRefusal(error: unknown): error is DeviceError {
  if (error instanceof WrongAccountError) return true;
  return error instanceof DeviceCodeError && error.code !== TRANSPORT_CHANGED;
}

async function shakeHands(
  client: HttpClient,
  keyPair: () => Promise<RsaKeyPair>,
  signal: AbortSignal,
): Promise<AesSession> {
  const pair = await keyPair();
  const message = { method: 'handshake', params: { key: publicKeyPem(pair) } };
  const what = 'AES handshake';
  const { record, cookies } = await postJson(client, { what, path: '/app', message }, signal);
  const encrypted = textOf(resultOf(record, what), 'key', what);
  const cipher = new AesCipher(decryptSecret(pair, Buffer.from(encrypted, 'base64')));
  return new AesSession({ client, cipher, cookie: readSessionCookie(cookies) });
}

function resultOf(record: JsonRecord, what: string): JsonRecord {
  const code = errorCodeOf(record, what);
  if (code !== 0) throw new DeviceCodeError(what, code);
  return asRecord(record['result'], what);
}
