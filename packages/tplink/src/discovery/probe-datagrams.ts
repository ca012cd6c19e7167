import { crc32 } from 'node:zlib';
import { encryptXor } from '../xor/cipher.ts';

/** What devices of the old kind answer on UDP 9999: XOR without a length in front. */
export function xorProbe(): Buffer {
  return encryptXor('{"system":{"get_sysinfo":{}}}');
}

const HEADER_BYTES = 16;
const SERIAL_OFFSET = 8;
const CRC_OFFSET = 12;

/** Stands in the field of the CRC while that is computed. */
const CRC_SEED = 0x5a6b7c8d;

/**
 * What newer devices answer on UDP 20002 (PROTOCOLS §3.2): sixteen bytes of header and a key.
 *
 * @param serial 32 bits of chance
 * @param publicKeyPem RSA-2048, with which the device encrypts some details
 */
export function klapProbe(serial: number, publicKeyPem: string): Buffer {
  const payload = JSON.stringify({ params: { rsa_key: publicKeyPem } });
  const datagram = Buffer.alloc(HEADER_BYTES + Buffer.byteLength(payload));
  datagram.writeUInt8(2, 0);
  // Byte 1, the type of the message, is 0.
  datagram.writeUInt16BE(1, 2);
  datagram.writeUInt16BE(Buffer.byteLength(payload), 4);
  datagram.writeUInt8(0x11, 6);
  datagram.writeUInt32BE(serial, SERIAL_OFFSET);
  datagram.writeUInt32BE(CRC_SEED, CRC_OFFSET);
  datagram.write(payload, HEADER_BYTES);
  datagram.writeUInt32BE(crc32(datagram), CRC_OFFSET);
  return datagram;
}
