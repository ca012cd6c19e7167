import { randomBytes } from 'node:crypto';
import { AuthenticationError, ThirdPartyDisabledError } from '../device-error.ts';
import { refuseExpired } from '../exchange/device-code.ts';
import { sessionLifeMs } from '../exchange/session-life.ts';
import {
  createSessionTransport,
  type Session,
  SessionGoneError,
  type SessionTransport,
} from '../exchange/session-transport.ts';
import type { AccountTransportOptions } from '../exchange/transport-options.ts';
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from '../http/http-client.ts';
import { readSessionCookie, type SessionCookie } from '../http/session-cookie.ts';
import { bodyOf, UnexpectedStatusError } from '../http/unexpected-status-error.ts';
import type { KlapVersion } from './auth-hash.ts';
import {
  type Challenge,
  candidateAccounts,
  handshakeProof,
  type Recognition,
  readChallenge,
  recognise,
  SEED_BYTES,
} from './handshake.ts';
import { KlapCipher } from './klap-cipher.ts';

export interface KlapTransportOptions extends AccountTransportOptions {
  /** What the device is expected to speak. Which it does shows at the handshake. Default 2. */
  readonly version?: KlapVersion | undefined;

  /** Default: one of its own over `node:http`. */
  readonly client?: HttpClient | undefined;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 4433;

/**
 * Speaks KLAP, of either version, to Tapo and newer Kasa devices.
 *
 * Its errors: {@link ThirdPartyDisabledError} when the device refuses the handshake as such, {@link AuthenticationError}
 * when it proves to know another account.
 */
export function createKlapTransport(options: KlapTransportOptions): SessionTransport {
  const { host, isHttps = false, port = isHttps ? HTTPS_PORT : HTTP_PORT, credentials, clock } = options;
  const random = options.randomBytes ?? randomBytes;
  const client = options.client ?? createHttpClient({ host, port, isHttps, timeoutMs: options.timeoutMs, clock });
  const accounts = candidateAccounts(credentials);
  let version = options.version ?? 2;

  async function logIn(signal: AbortSignal): Promise<KlapSession> {
    const localSeed = random(SEED_BYTES);
    const response = await post(client, { what: 'KLAP handshake 1', path: '/app/handshake1', body: localSeed }, signal);
    const challenge = readChallenge(localSeed, challengeBody(response, client.origin));
    const cookie = readSessionCookie(response.cookies);
    const recognition = recognise(challenge, accounts, version === 1 ? [1, 2] : [2, 1]);
    if (recognition === undefined) {
      throw new AuthenticationError(
        `KLAP handshake with ${client.origin}: the device knows another account or password`,
      );
    }
    await confirm(client, challenge, recognition, cookie, signal);
    version = recognition.version;
    return new KlapSession(new KlapCipher(challenge, recognition.authHash), cookie);
  }

  async function ask({ cipher, cookie }: KlapSession, request: string, signal: AbortSignal): Promise<string> {
    const { seq, body } = cipher.seal(request);
    const where = `KLAP request to ${client.origin}`;
    const sealed = { what: 'KLAP request', path: `/app/request?seq=${seq}`, body, headers: cookie.headers };
    const response = await post(client, sealed, signal);
    if (response.status === 403) throw new SessionGoneError(`${where}: session refused (HTTP 403)`);
    return refuseExpired(cipher.open(bodyOf(response, where), seq), where);
  }

  return createSessionTransport(
    {
      get protocol() {
        return version === 1 ? 'klap' : 'klap2';
      },
      logIn,
      ask,
      disconnect: () => client.close(),
    },
    clock,
  );
}

class KlapSession implements Session {
  readonly cipher: KlapCipher;
  readonly cookie: SessionCookie;

  constructor(cipher: KlapCipher, cookie: SessionCookie) {
    this.cipher = cipher;
    this.cookie = cookie;
  }

  get lifeMs(): number {
    return sessionLifeMs(this.cookie.timeoutSeconds);
  }

  get isUsedUp(): boolean {
    return this.cipher.isUsedUp;
  }
}

function post(client: HttpClient, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const headers = { 'Content-Type': 'application/octet-stream', ...request.headers };
  return client.post({ ...request, headers }, signal);
}

/** The first handshake comes before any account: a refusal is the device's own setting. */
function challengeBody(response: HttpResponse, origin: string): Buffer {
  if (response.status === 403) {
    throw new ThirdPartyDisabledError(`KLAP handshake with ${origin}: third-party access is off (HTTP 403)`);
  }
  return bodyOf(response, `KLAP handshake with ${origin}`);
}

/** Wrong proofs are refused with 403, on some firmwares 400. */
async function confirm(
  client: HttpClient,
  challenge: Challenge,
  recognition: Recognition,
  { headers }: SessionCookie,
  signal: AbortSignal,
): Promise<void> {
  const body = handshakeProof(challenge, recognition);
  const { status } = await post(client, { what: 'KLAP handshake 2', path: '/app/handshake2', body, headers }, signal);
  if (status === 200) return;
  const what = `KLAP handshake 2 with ${client.origin}`;
  if (status === 403 || status === 400) throw new AuthenticationError(`${what}: refused with HTTP status ${status}`);
  throw new UnexpectedStatusError(what, status);
}
