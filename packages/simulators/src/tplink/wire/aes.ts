import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { fromBase64, toBase64 } from '../json.ts';
import type { Login } from './klap.ts';

/** 1: `password` as base64. 2: `password2` as base64 of its hex SHA-1 (PROTOCOLS §5). */
export type LoginVersion = 1 | 2;

/** The key of a handshake, or undefined when it is no RSA public key of 1024 bits. */
export function readHandshakeKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    const isRsa1024 = key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 1024;
    return isRsa1024 && pem.includes('BEGIN PUBLIC KEY') ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Key and IV of a session, 16 bytes each, for the owner of that key: RSA PKCS#1 v1.5, base64. */
export function wrapSessionKey(publicKey: KeyObject, keyAndIv: Buffer): string {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, keyAndIv).toString('base64');
}

/** What one session encrypts with: AES-128-CBC with the same IV every time. */
export class PassthroughCipher {
  readonly #key: Buffer;
  readonly #iv: Buffer;

  /** @param keyAndIv 32 bytes */
  constructor(keyAndIv: Buffer) {
    this.#key = keyAndIv.subarray(0, 16);
    this.#iv = keyAndIv.subarray(16, 32);
  }

  /** Base64 of the ciphertext. */
  encrypt(text: string): string {
    const cipher = createCipheriv('aes-128-cbc', this.#key, this.#iv);
    return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
  }

  /** The text, or undefined when it is not base64 or was not encrypted with this key. */
  decrypt(base64: string): string | undefined {
    const ciphertext = fromBase64(base64);
    if (ciphertext === undefined) return undefined;
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.#key, this.#iv);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

/** The parameters of a right `login_device`. */
export function loginParameters(version: LoginVersion, { user, password }: Login): Readonly<Record<string, string>> {
  const username = toBase64(hexSha1(user));
  return version === 1
    ? { username, password: toBase64(password) }
    : { username, password2: toBase64(hexSha1(password)) };
}

function hexSha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}
