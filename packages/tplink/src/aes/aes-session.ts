import { ProtocolError } from '../device-error.ts';
import { conversationFault } from '../exchange/device-code.ts';
import { asRecord, errorCodeOf, isRecord, type JsonRecord, parseRecord, textOf } from '../exchange/json-record.ts';
import { sessionLifeMs } from '../exchange/session-life.ts';
import type { Session } from '../exchange/session-transport.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { SessionCookie } from '../http/session-cookie.ts';
import { bodyOf } from '../http/unexpected-status-error.ts';
import type { AesCipher } from './aes-cipher.ts';

/** Where a session's messages go. */
export interface AesChannel {
  readonly client: HttpClient;
  readonly cipher: AesCipher;
  readonly cookie: SessionCookie;
}

/** Headers of every message. Some firmwares look at the second. */
const HEADERS = { 'Content-Type': 'application/json', requestByApp: 'true', Accept: 'application/json' };

/** What has been agreed on with a device, before the login and after. */
export class AesSession implements Session {
  readonly isUsedUp = false;
  readonly #channel: AesChannel;
  readonly #path: string;

  /** @param token of the login; none before */
  constructor(channel: AesChannel, token?: string) {
    this.#channel = channel;
    this.#path = token === undefined ? '/app' : `/app?token=${encodeURIComponent(token)}`;
  }

  get lifeMs(): number {
    return sessionLifeMs(this.#channel.cookie.timeoutSeconds);
  }

  /** The same session, logged in. */
  withToken(token: string): AesSession {
    return new AesSession(this.#channel, token);
  }

  /**
   * One exchange through `securePassthrough`. An error of the envelope that is about the request is returned as the
   * answer, in whose place it stands.
   *
   * @param what for messages
   * @throws {DeviceError} as the `error_code` of the envelope or of the answer says about the session
   */
  async ask(request: string, what: string, signal: AbortSignal): Promise<string> {
    const { client, cipher, cookie } = this.#channel;
    const message = { method: 'securePassthrough', params: { request: cipher.encrypt(request) } };
    const { text, record } = await postJson(
      client,
      { what, path: this.#path, message, headers: cookie.headers },
      signal,
    );
    if (errorCodeOf(record, what) !== 0) return text;
    const answer = this.#decrypt(textOf(asRecord(record['result'], what), 'response', what), what);
    refuseFault(answer.record, what);
    return answer.text;
  }

  /** A few answers come in the clear. */
  #decrypt(response: string, what: string): JsonAnswer {
    const decrypted = tryParse(this.#channel.cipher.decrypt(response)) ?? tryParse(response);
    if (decrypted !== undefined) return decrypted;
    throw new ProtocolError(`${what}: cannot decrypt an answer of ${response.length} characters`);
  }
}

interface JsonAnswer {
  readonly text: string;
  readonly record: JsonRecord;
}

function tryParse(text: string | undefined): JsonAnswer | undefined {
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? { text, record } : undefined;
  } catch {
    return undefined;
  }
}

interface JsonRequest {
  readonly what: string;
  readonly path: string;
  readonly message: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Posts JSON and reads JSON.
 *
 * @throws {DeviceError} also when the `error_code` is about the conversation
 */
export async function postJson(
  client: HttpClient,
  { what, path, message, headers }: JsonRequest,
  signal: AbortSignal,
): Promise<JsonAnswer & { readonly cookies: readonly string[] }> {
  const body = JSON.stringify(message);
  const response = await client.post({ what, path, body, headers: { ...HEADERS, ...headers } }, signal);
  const text = bodyOf(response, `${what} with ${client.origin}`).toString();
  const record = parseRecord(text, `${what} with ${client.origin}`);
  refuseFault(record, `${what} with ${client.origin}`);
  return { text, record, cookies: response.cookies };
}

function refuseFault(record: JsonRecord, what: string): void {
  const fault = conversationFault(errorCodeOf(record, what), what);
  if (fault !== undefined) throw fault;
}
