import { constants, createCipheriv, createDecipheriv, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import type { RandomBytes } from './random-bytes.ts';

/** A text that was not encrypted with the key of this session, or not at all. */
export class DecryptionError extends Error {}

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/**
 * AES-256-CBC key of one connection, which the client makes up ("Communicating with the Miniserver").
 *
 * The IV is part of it, and the same for every message in both directions. Padding is zero bytes up to a whole block,
 * none when the text fills its blocks; a Miniserver reads up to the first NUL.
 */
export class SessionKey {
  // Private, so that whoever logs this object logs no key.
  readonly #key: Buffer;
  readonly #iv: Buffer;

  constructor(random: RandomBytes = randomBytes) {
    this.#key = Buffer.from(random(KEY_BYTES));
    this.#iv = Buffer.from(random(BLOCK_BYTES));
  }

  /** Key and IV for the eyes of the Miniserver alone: base64 of `{64 hex}:{32 hex}`, encrypted with RSA PKCS#1 v1.5. */
  sealFor(publicKey: KeyObject): string {
    const plain = Buffer.from(`${this.#key.toString('hex')}:${this.#iv.toString('hex')}`);
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, plain).toString('base64');
  }

  /** Text to base64. */
  encrypt(text: string): string {
    const plain = Buffer.from(text);
    const padding = Buffer.alloc((BLOCK_BYTES - (plain.length % BLOCK_BYTES)) % BLOCK_BYTES);
    const cipher = createCipheriv('aes-256-cbc', this.#key, this.#iv).setAutoPadding(false);
    return Buffer.concat([cipher.update(plain), cipher.update(padding), cipher.final()]).toString('base64');
  }

  /**
   * Base64, which may have line feeds in it, to text.
   *
   * @throws {DecryptionError} when it is not made of whole blocks. A wrong key is not noticed: it gives another text.
   */
  decrypt(base64: string): string {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) {
      const expected = `whole blocks of ${BLOCK_BYTES} bytes`;
      throw new DecryptionError(`encrypted text: expected ${expected}, found ${bytes.length} bytes`);
    }
    const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#iv).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
    const end = padded.indexOf(0);
    return padded.toString('utf8', 0, end === -1 ? padded.length : end);
  }
}
