/** More spare bodies than this are left to the garbage collector. */
const MAX_SPARE = 3;

/**
 * Memory for bodies, used again and again.
 *
 * A body is large and lives for one response. Left to the garbage collector, which hardly notices memory outside its
 * heap, ten scrapes a second of 3 000 series keep 30 MB of dead bodies around.
 */
export class BodyPool {
  readonly #spare: Buffer[] = [];

  /** A buffer of exactly this many bytes, with whatever content. */
  take(bytes: number): Buffer {
    const index = this.#spare.findIndex(({ length }) => length >= bytes && length <= 2 * bytes);
    const [memory] = index === -1 ? [] : this.#spare.splice(index, 1);
    // A little room, so that the next body, a few digits longer, fits as well.
    return (memory ?? Buffer.allocUnsafeSlow(bytes + (bytes >>> 5))).subarray(0, bytes);
  }

  /** Takes a buffer back that nobody will read any more. */
  give(body: Buffer): void {
    this.#spare.push(Buffer.from(body.buffer));
    if (this.#spare.length > MAX_SPARE) this.#spare.shift();
  }
}
