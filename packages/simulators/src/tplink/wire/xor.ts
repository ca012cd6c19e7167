/** Longest frame that is read; a real device has a buffer of some kilobytes. */
const LARGEST_FRAME = 1024 * 1024;

const FIRST_KEY = 171;

/** Encrypts with autokey XOR: each byte's key is the ciphertext byte before it (PROTOCOLS §2). */
export function xorEncrypt(plain: Uint8Array): Buffer {
  const cipher = Buffer.alloc(plain.length);
  let key = FIRST_KEY;
  for (const [index, byte] of plain.entries()) {
    key ^= byte;
    cipher[index] = key;
  }
  return cipher;
}

/** The reverse of {@link xorEncrypt}. */
export function xorDecrypt(cipher: Uint8Array): Buffer {
  const plain = Buffer.alloc(cipher.length);
  let key = FIRST_KEY;
  for (const [index, byte] of cipher.entries()) {
    plain[index] = key ^ byte;
    key = byte;
  }
  return plain;
}

/** A text as it goes over TCP: 4-byte big-endian length, then the ciphertext. */
export function xorFrame(text: string): Buffer {
  const cipher = xorEncrypt(Buffer.from(text, 'utf8'));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(cipher.length);
  return Buffer.concat([length, cipher]);
}

/** Bytes that cannot be a frame. */
export class XorFrameError extends Error {}

/** Reads frames from TCP segments, however those are cut. */
export class XorFrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * The texts of the frames that this segment completes.
   *
   * @throws XorFrameError when a frame announces more than 1 MiB
   */
  read(segment: Uint8Array): string[] {
    this.#pending = Buffer.concat([this.#pending, segment]);
    const texts: string[] = [];
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE(0);
      if (length > LARGEST_FRAME)
        throw new XorFrameError(`expected at most ${LARGEST_FRAME} bytes, announced ${length}`);
      if (this.#pending.length < 4 + length) break;
      texts.push(xorDecrypt(this.#pending.subarray(4, 4 + length)).toString('utf8'));
      this.#pending = this.#pending.subarray(4 + length);
    }
    return texts;
  }
}
