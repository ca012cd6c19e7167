import { constants, createCipheriv, createPublicKey, publicEncrypt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isObject, type Json, type JsonObject, objectOr, parseJson } from '../json.ts';

const HEADER_BYTES = 16;
/** What the CRC field holds while the CRC is taken (PROTOCOLS §3.2). */
const CRC_PLACEHOLDER = 0x5a6b7c8d;

/** A probe that came in on port 20002. */
export interface Probe {
  readonly serial: number;
  /** PEM of the client's key, when it sent one. */
  readonly rsaKey: string | undefined;
}

/** Reads a probe; undefined when any field of the header, the CRC or the payload is not as it has to be. */
export function readProbe(datagram: Buffer): Probe | undefined {
  if (datagram.length < HEADER_BYTES) return undefined;
  const payload = datagram.subarray(HEADER_BYTES);
  const isProbe = datagram.readUInt8(0) === 2 && datagram.readUInt8(1) === 0 && datagram.readUInt16BE(2) === 1;
  if (!isProbe || datagram.readUInt16BE(4) !== payload.length) return undefined;
  if (datagram.readUInt32BE(12) !== checksum(datagram)) return undefined;
  const serial = datagram.readUInt32BE(8);
  if (payload.length === 0) return { serial, rsaKey: undefined };
  const text = parseJson(payload.toString('utf8'));
  if (!isObject(text)) return undefined;
  const key = objectOr(text['params'])['rsa_key'];
  return { serial, rsaKey: typeof key === 'string' ? key : undefined };
}

/** A datagram: header, CRC and the JSON. */
export function discoveryDatagram(payload: Json, serial: number): Buffer {
  const text = Buffer.from(JSON.stringify(payload), 'utf8');
  const datagram = Buffer.concat([Buffer.alloc(HEADER_BYTES), text]);
  datagram.writeUInt8(2, 0);
  datagram.writeUInt16BE(1, 2);
  datagram.writeUInt16BE(text.length, 4);
  datagram.writeUInt8(0x11, 6);
  datagram.writeUInt32BE(serial, 8);
  datagram.writeUInt32BE(checksum(datagram), 12);
  return datagram;
}

/** zlib's CRC-32 over the whole datagram, its own field holding the placeholder. */
function checksum(datagram: Buffer): number {
  const copy = Buffer.from(datagram);
  copy.writeUInt32BE(CRC_PLACEHOLDER, 12);
  return crc32(copy);
}

/**
 * `encrypt_info` for the owner of that key: RSA-OAEP with SHA-1 around AES key and IV, and the JSON under those.
 * Undefined when the key cannot be used.
 *
 * @param keyAndIv 32 bytes
 */
export function encryptInfo(info: JsonObject, rsaKey: string, keyAndIv: Buffer): JsonObject | undefined {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const key = publicEncrypt({ key: createPublicKey(rsaKey), padding, oaepHash: 'sha1' }, keyAndIv);
    const cipher = createCipheriv('aes-128-cbc', keyAndIv.subarray(0, 16), keyAndIv.subarray(16));
    const data = Buffer.concat([cipher.update(JSON.stringify(info), 'utf8'), cipher.final()]);
    return { sym_schm: 'AES', key: key.toString('base64'), data: data.toString('base64') };
  } catch {
    return undefined;
  }
}
