import { constants, generateKeyPair, type KeyObject, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { ProtocolError } from '../device-error.ts';

/** The key pair to which a device encrypts the session's keys. */
export interface RsaKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const SECRET_BYTES = 32;

/** PKCS#1 v1.5 asks for as many: RFC 8017, 7.2.2. */
const LEAST_PADDING_BYTES = 8;

let sharedKeyPair: Promise<RsaKeyPair> | undefined;

/**
 * The key pair of this process, made at the first call. One serves all handshakes with all devices; they want 1024 bits.
 */
export function rsaKeyPair(): Promise<RsaKeyPair> {
  sharedKeyPair ??= promisify(generateKeyPair)('rsa', { modulusLength: 1024 });
  return sharedKeyPair;
}

/** The public key as devices take it: PEM with its base64 on one line. */
export function publicKeyPem({ publicKey }: RsaKeyPair): string {
  const base64 = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

/**
 * Decrypts the 32 bytes, key and initialisation vector, that a device sends in its handshake.
 *
 * Without padding in OpenSSL and by hand here, since Node.js refuses RSA_PKCS1_PADDING where OpenSSL has no implicit
 * rejection (CVE-2023-46809), and where it has, a bad padding would come out as random bytes instead of an error. Whoever
 * could use this as an oracle would be the device itself, which knows the secret.
 *
 * @throws {ProtocolError} when there is anything else in it
 */
export function decryptSecret({ privateKey }: RsaKeyPair, encrypted: Uint8Array): Buffer {
  let block: Buffer;
  try {
    block = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encrypted);
  } catch (cause) {
    throw new ProtocolError(`key of an AES handshake: cannot decrypt ${encrypted.length} bytes`, { cause });
  }
  const end = block.indexOf(0, 2);
  const isPadded = block[0] === 0 && block[1] === 2 && end >= 2 + LEAST_PADDING_BYTES;
  if (!isPadded || block.length - end - 1 !== SECRET_BYTES) {
    throw new ProtocolError(`key of an AES handshake: expected ${SECRET_BYTES} padded bytes, found something else`);
  }
  return block.subarray(end + 1);
}
