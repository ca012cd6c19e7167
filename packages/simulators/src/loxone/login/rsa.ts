import { constants, generateKeyPair, type KeyObject, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** The RSA pair of a Miniserver. */
export interface RsaKeys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** What a key exchange brings: AES-256 key and the IV that serves every command of the connection. */
export interface SessionKey {
  readonly key: Buffer;
  readonly iv: Buffer;
}

let keysOnce: Promise<RsaKeys> | undefined;

/** One RSA-2048 pair per process, made at the first call: making one takes up to a second. */
export function sharedRsaKeys(): Promise<RsaKeys> {
  keysOnce ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return keysOnce;
}

/**
 * The public key as `getPublicKey` gives it: one line, markers of a certificate around what is a
 * SubjectPublicKeyInfo and no certificate at all (PROTOCOL §2, `vectors/key_exchange.json`).
 */
export function oddPem(publicKey: KeyObject): string {
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return `-----BEGIN CERTIFICATE-----${spki}-----END CERTIFICATE-----`;
}

const SESSION_KEY = /^([0-9a-f]{64}):([0-9a-f]{32})$/i;

/**
 * Reads `{64 hex}:{32 hex}` out of an RSA ciphertext (PROTOCOL §5.1).
 *
 * @returns undefined when the ciphertext is not for this key, is badly padded, or holds anything else
 */
export function decryptSessionKey(privateKey: KeyObject, ciphertext: Buffer): SessionKey | undefined {
  const found = SESSION_KEY.exec(decryptPkcs1(privateKey, ciphertext)?.toString('latin1') ?? '');
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  return { key: Buffer.from(found[1], 'hex'), iv: Buffer.from(found[2], 'hex') };
}

/**
 * PKCS#1 v1.5 decryption with the padding taken off by hand: OpenSSL answers a wrong padding with random bytes
 * (implicit rejection) and some Node builds refuse it altogether, while a simulator wants to know and may tell.
 */
function decryptPkcs1(privateKey: KeyObject, ciphertext: Buffer): Buffer | undefined {
  const block = rawDecrypt(privateKey, ciphertext);
  if (block === undefined || block[0] !== 0 || block[1] !== 2) return undefined;
  const end = block.indexOf(0, 2);
  return end === -1 ? undefined : block.subarray(end + 1);
}

function rawDecrypt(privateKey: KeyObject, ciphertext: Buffer): Buffer | undefined {
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ciphertext);
  } catch {
    // Wrong length or not below the modulus: the same to the caller as any other unreadable ciphertext.
    return undefined;
  }
}
