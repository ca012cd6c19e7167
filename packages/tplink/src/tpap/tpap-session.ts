import { timingSafeEqual } from 'node:crypto';
import { AuthenticationError, ProtocolError } from '../device-error.ts';
import { type JsonRecord, textOf } from '../exchange/json-record.ts';
import { sessionLifeMs } from '../exchange/session-life.ts';
import type { Session } from '../exchange/session-transport.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { PakeResult } from './spake2plus.ts';
import { TpapCipher } from './tpap-cipher.ts';

/** A login that both sides have proven. */
export class TpapSession implements Session {
  readonly client: HttpClient;
  readonly cipher: TpapCipher;
  /** Where requests go. It names the session. */
  readonly path: string;
  readonly lifeMs: number;

  /**
   * Reads the result of `pake_share`.
   *
   * @throws {AuthenticationError} when the device does not prove that it knows the password
   * @throws {ProtocolError} when it is no result
   */
  constructor(client: HttpClient, result: JsonRecord, { deviceConfirm, sharedKey }: PakeResult) {
    const confirm = Buffer.from(textOf(result, 'dev_confirm', 'pake_share'), 'base64');
    if (confirm.length !== deviceConfirm.length || !timingSafeEqual(confirm, deviceConfirm)) {
      throw new AuthenticationError(
        `TPAP login with ${client.origin}: the device does not prove that it knows the password`,
      );
    }
    const { start_seq: startSeq = 1, expired, sessionExpired = expired } = result;
    this.client = client;
    this.path = `/stok=${sessionIdOf(result)}/ds`;
    this.cipher = new TpapCipher(sharedKey, seqOf(startSeq));
    this.lifeMs = sessionLifeMs(typeof sessionExpired === 'number' && sessionExpired > 0 ? sessionExpired : undefined);
  }

  get isUsedUp(): boolean {
    return this.cipher.isUsedUp;
  }
}

/** It becomes part of a path as it is. */
function sessionIdOf(result: JsonRecord): string {
  const id = textOf(result, 'stok' in result ? 'stok' : 'sessionId', 'pake_share');
  if (/^[\w.~+=-]{1,256}$/.test(id)) return id;
  throw new ProtocolError(`session id of pake_share: expected letters and digits, found ${id.length} characters`);
}

function seqOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw new ProtocolError('start_seq of pake_share: expected a number of 32 bits');
}
