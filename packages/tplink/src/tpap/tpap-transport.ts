import { randomBytes } from 'node:crypto';
import { ProtocolError } from '../device-error.ts';
import { conversationFault, DeviceCodeError, refuseExpired } from '../exchange/device-code.ts';
import { asRecord, errorCodeOf, type JsonRecord, parseRecord } from '../exchange/json-record.ts';
import { createSessionTransport, SessionGoneError, type SessionTransport } from '../exchange/session-transport.ts';
import type { AccountTransportOptions } from '../exchange/transport-options.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { bodyOf } from '../http/unexpected-status-error.ts';
import { readOffer } from './discover.ts';
import { proverSide, registerParams } from './registration.ts';
import { TpapSession } from './tpap-session.ts';

const RANDOM_BYTES = 32;

/** Statistics have failed, elsewhere; as the plain answer of a TPAP device, that the session has. */
const STATISTICS_CODE = -2203;

/** Speaks TPAP, the protocol of firmware 1.4 and later: SPAKE2+ and AES-CCM. */
export function createTpapTransport(options: AccountTransportOptions): SessionTransport {
  const { host, isHttps = false, port = isHttps ? 4433 : 80, credentials } = options;
  const { clock, timeoutMs } = options;
  const random = options.randomBytes ?? randomBytes;
  const entry = createHttpClient({ host, port, isHttps, timeoutMs, clock });
  /** Where devices want the rest of the conversation over TLS. */
  let secure: { readonly port: number; readonly client: HttpClient } | undefined;

  function clientFor(tls: number, tlsPort: number): HttpClient {
    if (tls === 0 || isHttps) return entry;
    if (secure?.port !== tlsPort) {
      secure?.client.close();
      secure = { port: tlsPort, client: createHttpClient({ host, port: tlsPort, isHttps: true, timeoutMs, clock }) };
    }
    return secure.client;
  }

  async function logIn(signal: AbortSignal): Promise<TpapSession> {
    const offer = readOffer(await loginStep(entry, { sub_method: 'discover' }, signal));
    const client = clientFor(offer.tls, offer.port);
    const userRandom = random(RANDOM_BYTES);
    const registered = await loginStep(client, registerParams(offer, userRandom), signal);
    const prover = await proverSide(registered, { offer, credentials, userRandom, random });
    const share = {
      sub_method: 'pake_share',
      user_share: prover.userShare.toString('base64'),
      user_confirm: prover.userConfirm.toString('base64'),
      // A device that can prove to be TP-Link's may insist on being asked. Nobody here knows TP-Link's root certificate,
      // without which its proof proves nothing; that it knows the password, the key exchange proves.
      ...(offer.hasDac && offer.tls === 0 ? { dac_nonce: base64(random(RANDOM_BYTES)) } : {}),
    };
    return new TpapSession(client, await loginStep(client, share, signal), prover);
  }

  return createSessionTransport(
    {
      protocol: 'tpap',
      logIn,
      ask,
      disconnect() {
        entry.close();
        secure?.client.close();
      },
    },
    clock,
  );
}

/** One of the three steps of a login: its result. */
async function loginStep(client: HttpClient, params: object, signal: AbortSignal): Promise<JsonRecord> {
  const what = `TPAP ${'sub_method' in params ? params.sub_method : 'login'}`;
  const body = JSON.stringify({ method: 'login', params });
  const headers = { 'Content-Type': 'application/json' };
  const response = await client.post({ what, path: '/', body, headers }, signal);
  const where = `${what} with ${client.origin}`;
  const record = parseRecord(bodyOf(response, where).toString(), where);
  const code = errorCodeOf(record, where);
  if (code !== 0) throw conversationFault(code, where) ?? new DeviceCodeError(where, code);
  return asRecord(record['result'], where);
}

async function ask({ client, cipher, path }: TpapSession, request: string, signal: AbortSignal): Promise<string> {
  const { seq, body } = cipher.seal(request);
  const what = 'TPAP request';
  const headers = { 'Content-Type': 'application/octet-stream' };
  const response = await client.post({ what, path, body, headers }, signal);
  const where = `${what} with ${client.origin}`;
  if (response.status !== 200) {
    // What a device says that does not know the session any more is not known: the next exchange logs in anew.
    throw new ProtocolError(`${where}: expected HTTP status 200, found ${response.status}`);
  }
  if (cipher.isFramed(response.body, seq)) return refuseExpired(cipher.open(response.body, seq), where);
  return plainAnswer(response.body.toString(), where);
}

/** A plain answer says what is wrong: with the session, or else with the request, whose answer it then is. */
function plainAnswer(text: string, what: string): string {
  const code = errorCodeOf(parseRecord(text, what), what);
  if (code === 0) throw new ProtocolError(`${what}: a plain answer without an error`);
  if (code === STATISTICS_CODE) throw new SessionGoneError(`${what}: session ended (error_code ${code})`);
  const fault = conversationFault(code, what);
  if (fault !== undefined) throw fault;
  return text;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
