import { createCipheriv, createDecipheriv } from 'node:crypto';

const KEY_BYTES = 16;

/** Encrypts the messages of one AES session; key and initialisation vector stay the same for all of them. */
export class AesCipher {
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;

  /** @param secret key and initialisation vector, 16 bytes each */
  constructor(secret: Uint8Array) {
    this.#key = secret.subarray(0, KEY_BYTES);
    this.#iv = secret.subarray(KEY_BYTES);
  }

  /** To base64. */
  encrypt(text: string): string {
    const cipher = createCipheriv('aes-128-cbc', this.#key, this.#iv);
    return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
  }

  /** From base64; undefined when it is nothing that this key has encrypted. */
  decrypt(base64: string): string | undefined {
    const decipher = createDecipheriv('aes-128-cbc', this.#key, this.#iv);
    try {
      return decipher.update(base64, 'base64', 'utf8') + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }
}
