import { parseUuid } from './uuid.ts';

/** Stands for "no state": the end of a chain. */
export const NO_STATE = -1;

const FIRST_SLOTS = 256;
const WORDS = 4;

/**
 * Finds states by the 16 wire bytes of their UUID.
 *
 * Events come by the thousand, and to make a text of a UUID costs more than all else that is done with an event. So the
 * bytes are taken as four 32-bit words and looked up in an open-addressing table. A state is a number that its owner has
 * chosen, such as an array index. One UUID may belong to several states (two controls can share one): they form a chain.
 *
 * @example
 * for (let state = table.first(view, offset); state !== NO_STATE; state = table.next(state)) values[state] = value;
 */
export class StateTable {
  #words = new Int32Array(WORDS * FIRST_SLOTS);
  /** The first state of each slot; {@link NO_STATE} marks a free slot. */
  #heads = noStates(FIRST_SLOTS);
  /** For each state the next one of the same UUID. */
  #next = noStates(FIRST_SLOTS);
  #uuids = 0;

  /**
   * Registers a state.
   *
   * @param uuid as in the structure file
   * @param state a whole number from 0, not added before; memory is taken for all numbers up to the largest
   * @throws {InvalidUuidError}
   */
  add(uuid: string, state: number): void {
    const wire = parseUuid(uuid);
    const words = Int32Array.from({ length: WORDS }, (_, word) => wire.getInt32(4 * word, true));
    // Half full at most: longer runs of occupied slots would have to be searched through.
    if (2 * this.#uuids >= this.#heads.length) this.#doubleSlots();
    if (state >= this.#next.length) this.#extendNext(2 * state);
    const next = this.#put(words, state);
    this.#next[state] = next;
    if (next === NO_STATE) this.#uuids += 1;
  }

  /** The last added state of the UUID that begins at `offset`, or {@link NO_STATE}. */
  first(wire: DataView, offset: number): number {
    const slot = this.#slotOf(
      wire.getInt32(offset, true),
      wire.getInt32(offset + 4, true),
      wire.getInt32(offset + 8, true),
      wire.getInt32(offset + 12, true),
    );
    return this.#heads[slot] ?? NO_STATE;
  }

  /** The state of the same UUID that was added before this one, or {@link NO_STATE}. */
  next(state: number): number {
    return this.#next[state] ?? NO_STATE;
  }

  /** The slot of a UUID, or the free one where it belongs. */
  #slotOf(first: number, second: number, third: number, fourth: number): number {
    const words = this.#words;
    const heads = this.#heads;
    const mask = heads.length - 1;
    let slot = hash(first, second, third, fourth) & mask;
    while (heads[slot] !== NO_STATE) {
      const at = WORDS * slot;
      if (words[at] === first && words[at + 1] === second && words[at + 2] === third && words[at + 3] === fourth) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Makes `head` the first state of a UUID and returns the one that was. */
  #put(words: Int32Array, head: number): number {
    const [first = 0, second = 0, third = 0, fourth = 0] = words;
    const slot = this.#slotOf(first, second, third, fourth);
    const previous = this.#heads[slot] ?? NO_STATE;
    this.#words.set(words, WORDS * slot);
    this.#heads[slot] = head;
    return previous;
  }

  #doubleSlots(): void {
    const words = this.#words;
    const heads = this.#heads;
    this.#words = new Int32Array(2 * words.length);
    this.#heads = noStates(2 * heads.length);
    for (const [slot, head] of heads.entries()) {
      if (head !== NO_STATE) this.#put(words.subarray(WORDS * slot, WORDS * (slot + 1)), head);
    }
  }

  #extendNext(length: number): void {
    const next = noStates(length);
    next.set(this.#next);
    this.#next = next;
  }
}

function noStates(length: number): Int32Array {
  return new Int32Array(length).fill(NO_STATE);
}

/** Mixes the words so that the low bits, which choose the slot, depend on all of them. */
function hash(first: number, second: number, third: number, fourth: number): number {
  const mixed = Math.imul(
    first ^ Math.imul(second, 0x9e3779b1) ^ Math.imul(third, 0x85ebca6b) ^ Math.imul(fourth, 0xc2b2ae35),
    0x27d4eb2f,
  );
  return mixed ^ (mixed >>> 15);
}
