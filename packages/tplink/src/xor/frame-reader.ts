import { DeviceRefusedError, ProtocolError } from '../device-error.ts';

const HEADER_BYTES = 4;

/** Longer answers are taken for bytes that are no answer: the longest real one, of a strip, has a few KiB. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** What the beginning of an answer of HTTP is as a length. */
const HTTP = Buffer.from('HTTP').readUInt32BE();

/** A frame on TCP: the length of the cipher text as four bytes, big-endian, then the cipher text. */
export function frameOf(cipherText: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(cipherText.length);
  return Buffer.concat([header, cipherText]);
}

/** Finds frames in a stream that cuts and joins them as it likes. Keeps no more than has arrived. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted = HEADER_BYTES;
  #isHeader = true;

  /** Whether bytes of an unfinished frame are waiting for the rest. */
  get isMidFrame(): boolean {
    return this.#buffered > 0 || !this.#isHeader;
  }

  /**
   * Takes what has arrived and returns the cipher texts that are complete with it.
   *
   * @throws {DeviceRefusedError} when it is no device of this kind that answers, but a web server
   * @throws {ProtocolError} when a frame announces more than {@link MAX_FRAME_BYTES}
   */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Buffer[] = [];
    while (this.#buffered >= this.#wanted) {
      const bytes = this.#take();
      if (this.#isHeader) this.#announce(bytes.readUInt32BE());
      else {
        frames.push(bytes);
        this.#wanted = HEADER_BYTES;
        this.#isHeader = true;
      }
    }
    return frames;
  }

  #announce(length: number): void {
    if (length === HTTP) throw new DeviceRefusedError('asking over XOR: there is a web server');
    if (length > MAX_FRAME_BYTES) {
      throw new ProtocolError(`length of an answer: expected at most ${MAX_FRAME_BYTES} bytes, found ${length}`);
    }
    this.#wanted = length;
    this.#isHeader = false;
  }

  #take(): Buffer {
    // One chunk is not copied: thousands of small frames in it would cost a copy of the chunk each.
    const [first = Buffer.alloc(0)] = this.#chunks;
    const all = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first;
    const rest = all.subarray(this.#wanted);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
    return all.subarray(0, this.#wanted);
  }
}
