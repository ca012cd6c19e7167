import { MAX_NUMBER_BYTES, writeNumber } from './number-text.ts';

/** Slots of a block: large enough that a block's text is worth one copy, small enough that writing it blocks nothing. */
export const SLOTS_PER_BLOCK = 256;

/** A slot belongs to a series. */
export const IN_USE = 1;
/** The series has a value. */
export const PRESENT = 2;
/** The slot changed since its line was last written. */
export const CHANGED = 4;

const LINE_FEED = 0x0a;

/** Lines are put together here, then copied to their block: one buffer serves all blocks. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The finished sample lines of up to 256 series of one family, one after the other in one buffer.
 *
 * A line is written again only when its value changed; everything between two changed lines is copied as it is. A
 * series without a value has no line: its prefix waits in {@link #waiting} until there is one.
 */
export class SampleBlock {
  /** Handle of slot 0; slot n is handle `first + n`. */
  readonly first: number;
  #text: Buffer = Buffer.alloc(0);
  #length = 0;
  #lines = 0;
  /** Where in the text the line of a slot ends; it starts where the line before it ends. */
  readonly #lineEnd = new Uint32Array(SLOTS_PER_BLOCK);
  /** Where the value of a slot's line starts. */
  readonly #valueStart = new Uint32Array(SLOTS_PER_BLOCK);
  /** As text: an array of bytes for each would cost as much again. */
  #waiting: Map<number, string> | undefined;

  constructor(first: number) {
    this.first = first;
  }

  /** The lines, each with its line feed. A view: copy it before anything else is written. */
  get lines(): Uint8Array {
    return this.#text.subarray(0, this.#length);
  }

  /** Bytes of {@link lines}. */
  get byteLength(): number {
    return this.#length;
  }

  /** How many series have a line. */
  get lineCount(): number {
    return this.#lines;
  }

  /** Copies the lines into a body. */
  copyTo(body: Buffer, at: number): void {
    this.#text.copy(body, at, 0, this.#length);
  }

  /** Gives a slot its prefix; the line appears once there is a value. */
  occupy(slot: number, prefix: string): void {
    this.#waiting ??= new Map();
    this.#waiting.set(slot, prefix);
  }

  /** Takes a slot's prefix away; its line goes with the next {@link write}. */
  vacate(slot: number): void {
    this.#waiting?.delete(slot);
  }

  /** The prefix of a slot in use. */
  prefixOf(slot: number): string {
    return this.#waiting?.get(slot) ?? this.#text.toString('utf8', this.#lineStart(slot), this.#valueStart[slot]);
  }

  /**
   * Brings the lines up to date.
   *
   * @param values the values of all series by handle
   * @param flags their {@link IN_USE}, {@link PRESENT} and {@link CHANGED} bits
   */
  write(values: Float64Array, flags: Uint8Array): void {
    ensureScratch(this.#length + this.#waitingBytes() + SLOTS_PER_BLOCK * (MAX_NUMBER_BYTES + 1));
    const source = this.#text;
    let written = 0;
    let lines = 0;
    /** Lines from here on are as they were and have not been copied yet. */
    let unchangedFrom = 0;
    let lineStart = 0;
    for (let slot = 0; slot < SLOTS_PER_BLOCK; slot++) {
      const lineEnd = this.#lineEnd[slot] ?? 0;
      const flag = flags[this.first + slot] ?? 0;
      if ((flag & CHANGED) !== 0) {
        if (lineStart > unchangedFrom) written += source.copy(scratch, written, unchangedFrom, lineStart);
        unchangedFrom = lineEnd;
        written = this.#writeLine(slot, flag, values[this.first + slot] ?? 0, lineStart, lineEnd, written);
        this.#lineEnd[slot] = written;
      } else {
        const shift = written - unchangedFrom;
        this.#lineEnd[slot] = lineEnd + shift;
        this.#valueStart[slot] = (this.#valueStart[slot] ?? 0) + shift;
      }
      if ((this.#lineEnd[slot] ?? 0) > this.#lineStart(slot)) lines++;
      lineStart = lineEnd;
    }
    if (lineStart > unchangedFrom) written += source.copy(scratch, written, unchangedFrom, lineStart);
    this.#keep(written, lines);
  }

  /** Writes the line of one changed slot, or none where there is no value; returns the new end of what is written. */
  #writeLine(slot: number, flag: number, value: number, lineStart: number, lineEnd: number, written: number): number {
    const waiting = this.#waiting?.get(slot);
    const prefixEnd = this.#valueStart[slot] ?? 0;
    const shown = lineEnd > lineStart;
    if ((flag & PRESENT) === 0) {
      // The series may have a value again: its prefix lives nowhere else.
      const inUse = (flag & IN_USE) !== 0;
      if (inUse && shown && waiting === undefined) this.occupy(slot, this.#text.toString('utf8', lineStart, prefixEnd));
      return written;
    }
    let at = written;
    if (waiting !== undefined) {
      at += scratch.write(waiting, at);
      this.#waiting?.delete(slot);
    } else if (shown) {
      at += this.#text.copy(scratch, at, lineStart, prefixEnd);
    } else {
      return written;
    }
    this.#valueStart[slot] = at;
    at = writeNumber(value, scratch, at);
    scratch[at++] = LINE_FEED;
    return at;
  }

  #keep(written: number, lines: number): void {
    if (this.#text.length < written || this.#text.length > 2 * written) {
      // A little room, so that one more digit does not mean a new buffer.
      this.#text = Buffer.allocUnsafeSlow(written + (written >>> 5));
    }
    scratch.copy(this.#text, 0, 0, written);
    this.#length = written;
    this.#lines = lines;
    if (this.#waiting?.size === 0) this.#waiting = undefined;
  }

  #lineStart(slot: number): number {
    return slot === 0 ? 0 : (this.#lineEnd[slot - 1] ?? 0);
  }

  #waitingBytes(): number {
    let bytes = 0;
    // A UTF-16 unit takes up to three bytes in UTF-8.
    for (const prefix of this.#waiting?.values() ?? []) bytes += 3 * prefix.length;
    return bytes;
  }
}

function ensureScratch(bytes: number): void {
  if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes * 2);
}
