import { asRecord, type JsonRecord } from '../exchange/json-record.ts';

/** What a device says of its logins, before any. */
export interface TpapOffer {
  /** Empty when it does not say. */
  readonly mac: string;
  /** 0: none; 1: with a certificate nobody checks; 2: with one of TP-Link's own authority. */
  readonly tls: number;
  /** Where TLS is spoken. */
  readonly port: number;
  /** Whether it can prove to be a device of TP-Link. */
  readonly hasDac: boolean;
  /** Kinds of pass codes; 0 is that of a device without an account. */
  readonly pake: readonly number[];
  /** Whether the user name is hashed with SHA-256 instead of MD5. */
  readonly isUserSha256: boolean;
}

const TLS_PORT = 4433;

/**
 * Reads the result of `discover`.
 *
 * @throws {ProtocolError} when it is none
 */
export function readOffer(result: JsonRecord): TpapOffer {
  const tpap = asRecord(result['tpap'], 'tpap of discover');
  const { mac } = result;
  const { tls, port, dac, pake, user_hash_type: userHashType = result['user_hash_type'] } = tpap;
  return {
    mac: typeof mac === 'string' ? mac : '',
    tls: typeof tls === 'number' ? tls : 0,
    port: isPort(port) ? port : TLS_PORT,
    hasDac: Boolean(dac),
    pake: Array.isArray(pake) ? pake.filter((kind) => typeof kind === 'number') : [],
    isUserSha256: userHashType === 1,
  };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
