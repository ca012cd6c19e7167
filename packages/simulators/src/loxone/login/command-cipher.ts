import { createCipheriv, createDecipheriv } from 'node:crypto';
import { decodeBase64 } from './base64.ts';
import type { SessionKey } from './rsa.ts';

const BLOCK_BYTES = 16;

/**
 * AES-256-CBC of one connection. The IV is the same for every message, in both directions (PROTOCOL §5.4).
 */
export class CommandCipher {
  readonly #session: SessionKey;

  constructor(session: SessionKey) {
    this.#session = session;
  }

  /** Text to base64, zero bytes up to a full block and none when already aligned. */
  encrypt(text: string): string {
    const plain = Buffer.from(text, 'utf8');
    const padded = Buffer.alloc(Math.ceil(plain.length / BLOCK_BYTES) * BLOCK_BYTES);
    plain.copy(padded);
    const cipher = createCipheriv('aes-256-cbc', this.#session.key, this.#session.iv).setAutoPadding(false);
    return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
  }

  /** Base64 to text, or undefined when it is not base64, not whole blocks, or padded in neither accepted way. */
  decrypt(base64: string): string | undefined {
    const bytes = decodeBase64(base64);
    if (bytes === undefined || bytes.length % BLOCK_BYTES !== 0) return undefined;
    const decipher = createDecipheriv('aes-256-cbc', this.#session.key, this.#session.iv).setAutoPadding(false);
    return unpad(Buffer.concat([decipher.update(bytes), decipher.final()]))?.toString('utf8');
  }
}

/**
 * The Miniserver reads up to the first NUL; what follows it must be zeros, or the PKCS7 padding of clients that append
 * one NUL first (`vectors/command_encryption.json`). PKCS7 without that NUL would leave its bytes in the command.
 */
function unpad(block: Buffer): Buffer | undefined {
  const end = block.indexOf(0);
  if (end === -1) return (block.at(-1) ?? 0) > BLOCK_BYTES ? block : undefined;
  const tail = block.subarray(end + 1);
  const isZeros = block.length - end < BLOCK_BYTES && tail.every((byte) => byte === 0);
  const isPkcs7 = tail.length > 0 && tail.length <= BLOCK_BYTES && tail.every((byte) => byte === tail.length);
  return isZeros || isPkcs7 ? block.subarray(0, end) : undefined;
}
