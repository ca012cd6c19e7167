import { createCipheriv, createDecipheriv } from 'node:crypto';
import { hkdf } from './spake2.ts';

const TAG_BYTES = 16;

/** What one TPAP session encrypts with: AES-128-CCM, the sequence number being the end of the nonce (PROTOCOLS §6). */
export class TpapCipher {
  readonly #key: Buffer;
  readonly #nonce: Buffer;

  constructor(sharedKey: Uint8Array) {
    this.#key = hkdf(sharedKey, 'tp-kdf-salt-aes128-key', 'tp-kdf-info-aes128-key', 16);
    this.#nonce = hkdf(sharedKey, 'tp-kdf-salt-aes128-iv', 'tp-kdf-info-aes128-iv', 12);
  }

  /** The sequence number, the ciphertext, the tag. */
  seal(text: string, sequence: number): Buffer {
    const cipher = createCipheriv('aes-128-ccm', this.#key, this.#nonceFor(sequence), { authTagLength: TAG_BYTES });
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([uint32(sequence), ciphertext, cipher.getAuthTag()]);
  }

  /** The number and the text of a body, or undefined when it was not sealed with this key. */
  open(body: Buffer): { readonly sequence: number; readonly text: string } | undefined {
    if (body.length < 4 + TAG_BYTES) return undefined;
    const sequence = body.readUInt32BE(0);
    const tag = body.subarray(body.length - TAG_BYTES);
    try {
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv('aes-128-ccm', this.#key, this.#nonceFor(sequence), options).setAuthTag(tag);
      const text = decipher.update(body.subarray(4, body.length - TAG_BYTES));
      decipher.final();
      return { sequence, text: text.toString('utf8') };
    } catch {
      return undefined;
    }
  }

  #nonceFor(sequence: number): Buffer {
    return Buffer.concat([this.#nonce.subarray(0, 8), uint32(sequence)]);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
