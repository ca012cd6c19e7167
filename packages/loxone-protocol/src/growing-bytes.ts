const EMPTY = new Uint8Array(0);
const FIRST_CAPACITY = 4096;

/**
 * Bytes that arrive in pieces. Pieces are copied; the room grows with what has arrived, not with what was announced, and
 * is given up with {@link take}.
 */
export class GrowingBytes {
  #room: Uint8Array = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#room.length) {
      const room = new Uint8Array(Math.max(length, 2 * this.#room.length, FIRST_CAPACITY));
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(piece, this.#length);
    this.#length = length;
  }

  /** Everything so far; afterwards there is nothing. */
  take(): Uint8Array {
    const bytes = this.#room.subarray(0, this.#length);
    this.#room = EMPTY;
    this.#length = 0;
    return bytes;
  }
}
