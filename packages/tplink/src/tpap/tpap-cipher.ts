import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { ProtocolError } from '../device-error.ts';

const ALGORITHM = 'aes-128-ccm';
const TAG = { authTagLength: 16 };
const TAG_BYTES = 16;
const SEQ_BYTES = 4;
const LAST_SEQ = 2 ** 32 - 1;

/** A request of a session, encrypted. */
export interface SealedRequest {
  readonly seq: number;
  readonly body: Buffer;
}

/** Encrypts the requests of one TPAP session and decrypts the answers: the number, the AES-128-CCM text, the tag. */
export class TpapCipher {
  readonly #key: Buffer;
  readonly #baseNonce: Buffer;
  #nextSeq: number;

  /**
   * @param sharedKey of the key exchange
   * @param startSeq number of the first request, 0 to 2^32-1
   */
  constructor(sharedKey: Uint8Array, startSeq: number) {
    const derive = (what: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', sharedKey, `tp-kdf-salt-aes128-${what}`, `tp-kdf-info-aes128-${what}`, length));
    this.#key = derive('key', 16);
    this.#baseNonce = derive('iv', 12);
    this.#nextSeq = startSeq;
  }

  /** Whether no number is left: none is ever used twice, as that would give the key away. */
  get isUsedUp(): boolean {
    return this.#nextSeq > LAST_SEQ;
  }

  /** Encrypts the next request. */
  seal(request: string): SealedRequest {
    if (this.isUsedUp) throw new ProtocolError('TPAP session: no numbers left');
    const seq = this.#nextSeq;
    this.#nextSeq += 1;
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#nonce(seq), TAG);
    const cipherText = Buffer.concat([cipher.update(request, 'utf8'), cipher.final()]);
    return { seq, body: Buffer.concat([uint32(seq), cipherText, cipher.getAuthTag()]) };
  }

  /** Whether an answer is framed as one to the request with this number; an error comes as plain JSON instead. */
  isFramed(body: Uint8Array, seq: number): boolean {
    return body.length >= SEQ_BYTES + TAG_BYTES && uint32(seq).equals(body.subarray(0, SEQ_BYTES));
  }

  /**
   * Decrypts the answer to the request with this number.
   *
   * @throws {ProtocolError} when it is not from the other side of this session
   */
  open(body: Uint8Array, seq: number): string {
    const end = body.length - TAG_BYTES;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, this.#nonce(seq), TAG);
      decipher.setAuthTag(body.subarray(end));
      const text = decipher.update(body.subarray(SEQ_BYTES, end));
      decipher.final();
      return text.toString();
    } catch (cause) {
      throw new ProtocolError(`TPAP answer of ${body.length} bytes: cannot be decrypted`, { cause });
    }
  }

  #nonce(seq: number): Buffer {
    return Buffer.concat([this.#baseNonce.subarray(0, 8), uint32(seq)]);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(SEQ_BYTES);
  bytes.writeUInt32BE(value);
  return bytes;
}
