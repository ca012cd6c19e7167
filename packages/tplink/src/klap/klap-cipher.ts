import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import type { Challenge } from './handshake.ts';

/** A request of a session, encrypted. */
export interface SealedRequest {
  /** Goes into the URL, as a signed decimal number. */
  readonly seq: number;
  readonly body: Buffer;
}

const SIGNATURE_BYTES = 32;

const LAST_SEQ = 2 ** 31 - 1;

/** Encrypts the requests of one KLAP session and decrypts the answers (AES-128-CBC, a SHA-256 signature in front). */
export class KlapCipher {
  readonly #key: Buffer;
  readonly #ivPrefix: Buffer;
  readonly #signatureKey: Buffer;
  #seq: number;

  /** @param firstSeq default: what the seeds say */
  constructor({ localSeed, remoteSeed }: Challenge, authHash: Uint8Array, firstSeq?: number) {
    const derive = (label: string): Buffer => digest('sha256', label, localSeed, remoteSeed, authHash);
    const iv = derive('iv');
    this.#key = derive('lsk').subarray(0, 16);
    this.#ivPrefix = iv.subarray(0, 12);
    this.#signatureKey = derive('ldk').subarray(0, 28);
    this.#seq = firstSeq ?? iv.readInt32BE(28);
  }

  /** Whether the number of requests has reached the end of its 32 bits: it never wraps, a new handshake starts anew. */
  get isUsedUp(): boolean {
    return this.#seq >= LAST_SEQ;
  }

  /** Encrypts the next request. */
  seal(request: string): SealedRequest {
    if (this.isUsedUp) throw new ProtocolError('KLAP session: no numbers left');
    this.#seq += 1;
    const cipher = createCipheriv('aes-128-cbc', this.#key, this.#iv(this.#seq));
    const cipherText = Buffer.concat([cipher.update(request, 'utf8'), cipher.final()]);
    return { seq: this.#seq, body: Buffer.concat([this.#sign(this.#seq, cipherText), cipherText]) };
  }

  /**
   * Decrypts the answer to the request with this number.
   *
   * @throws {ProtocolError} when the answer is not of this session or not to this request
   */
  open(body: Uint8Array, seq: number): string {
    const cipherText = body.subarray(SIGNATURE_BYTES);
    const signature = body.subarray(0, SIGNATURE_BYTES);
    if (signature.length < SIGNATURE_BYTES || !timingSafeEqual(signature, this.#sign(seq, cipherText))) {
      throw new ProtocolError(`KLAP answer of ${body.length} bytes: its signature does not fit`);
    }
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.#key, this.#iv(seq));
      return decipher.update(cipherText, undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new ProtocolError(`KLAP answer of ${body.length} bytes: cannot be decrypted`, { cause });
    }
  }

  #iv(seq: number): Buffer {
    return Buffer.concat([this.#ivPrefix, int32(seq)]);
  }

  #sign(seq: number, cipherText: Uint8Array): Buffer {
    return digest('sha256', this.#signatureKey, int32(seq), cipherText);
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
