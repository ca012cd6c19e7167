import { PrefixIndex } from './prefix-index.ts';
import { CHANGED, IN_USE, PRESENT, SampleBlock, SLOTS_PER_BLOCK } from './sample-block.ts';

/** A series that belongs to another group already: two devices must not write one value. */
export class SeriesTakenError extends Error {}

/** What the store knows of a group: an owner's number and the time its readings were made. */
export interface SeriesOwner {
  readonly id: number;
}

/** The blocks of one family, in the order of its lines. */
export interface FamilyBlocks {
  readonly blocks: SampleBlock[];
  /** Handles of vacated slots, to be used again. */
  readonly vacant: number[];
}

/**
 * The values of all series, addressed by handle, and the blocks that hold their lines.
 *
 * A handle is a small integer; {@link set} is a store into a typed array and two marks. Text is made when somebody
 * reads: {@link update} for a state that fits in one turn of the event loop, {@link updateInSlices} for a large one.
 */
export class SeriesStore {
  /** Grows with every change that a reader could see. */
  version = 0;

  #values = new Float64Array(SLOTS_PER_BLOCK);
  #flags = new Uint8Array(SLOTS_PER_BLOCK);
  #owners = new Uint32Array(SLOTS_PER_BLOCK);
  #changedBlocks = new Uint8Array(1);
  readonly #blocks: SampleBlock[] = [];
  readonly #index = new PrefixIndex((handle) => this.prefixOf(handle));
  #seriesCount = 0;
  /** While a sliced update runs, vacated slots wait here: a new series in one would get the old one's value. */
  #quarantine: { family: FamilyBlocks; handle: number }[] | undefined;

  /** Series that exist, with or without a value. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  /**
   * The handle of the series with this prefix, made if there is none yet.
   *
   * @throws {SeriesTakenError} if it belongs to another owner
   */
  obtain(family: FamilyBlocks, owner: SeriesOwner, prefix: string): { handle: number; isNew: boolean } {
    const existing = this.#index.find(prefix);
    if (existing !== undefined) {
      if (this.#owners[existing] === owner.id) return { handle: existing, isNew: false };
      throw new SeriesTakenError(`the series ${prefix.trimEnd()} belongs to another group`);
    }
    const handle = family.vacant.pop() ?? this.#newHandle(family);
    this.#blockOf(handle).occupy(handle % SLOTS_PER_BLOCK, prefix);
    this.#index.add(prefix, handle);
    this.#owners[handle] = owner.id;
    this.#flags[handle] = IN_USE | CHANGED;
    this.#seriesCount++;
    return { handle, isNew: true };
  }

  /** Gives a series its value. */
  set(handle: number, value: number): void {
    const flags = this.#flags[handle] ?? 0;
    if ((flags & PRESENT) !== 0 && this.#values[handle] === value) return;
    this.#values[handle] = value;
    this.#flags[handle] = IN_USE | PRESENT | CHANGED;
    this.#changedBlocks[handle >>> 8] = 1;
    this.version++;
  }

  /** Gives a series its value without a new version: readers see it together with the next change. */
  setUnnoticed(handle: number, value: number): void {
    const { version } = this;
    this.set(handle, value);
    this.version = version;
  }

  /** The value of a series, undefined while it has none. */
  valueOf(handle: number): number | undefined {
    return ((this.#flags[handle] ?? 0) & PRESENT) === 0 ? undefined : this.#values[handle];
  }

  ownerOf(handle: number): number {
    return this.#owners[handle] ?? 0;
  }

  /** Takes the value of a series away; the series itself stays. */
  clear(handle: number): void {
    if (((this.#flags[handle] ?? 0) & PRESENT) === 0) return;
    this.#mark(handle, IN_USE | CHANGED);
  }

  /** Ends a series; its handle may come to mean another one. */
  release(family: FamilyBlocks, handle: number): void {
    this.#index.remove(this.prefixOf(handle), handle);
    this.#blockOf(handle).vacate(handle % SLOTS_PER_BLOCK);
    this.#mark(handle, CHANGED);
    this.#owners[handle] = 0;
    this.#seriesCount--;
    if (this.#quarantine === undefined) family.vacant.push(handle);
    else this.#quarantine.push({ family, handle });
  }

  /** What stands before the value of a series. */
  prefixOf(handle: number): string {
    return this.#blockOf(handle).prefixOf(handle % SLOTS_PER_BLOCK);
  }

  /** Handles of a family's series that have a value, in the order of their lines. */
  *present(family: FamilyBlocks): Generator<number> {
    for (const block of family.blocks) {
      for (let handle = block.first; handle < block.first + SLOTS_PER_BLOCK; handle++) {
        if (((this.#flags[handle] ?? 0) & PRESENT) !== 0) yield handle;
      }
    }
  }

  /** How many series lie in blocks that {@link update} would have to write. */
  get pendingSeries(): number {
    let blocks = 0;
    for (const changed of this.#changedBlocks) blocks += changed;
    return blocks * SLOTS_PER_BLOCK;
  }

  /** Brings the lines of all blocks up to date in one go. */
  update(): void {
    for (const block of this.#takeChangedBlocks()) {
      block.write(this.#values, this.#flags);
      this.#markWritten(block);
    }
  }

  /**
   * Brings the lines of all blocks to the state of this moment, with pauses between blocks. Values set meanwhile are
   * seen by the next update. One at a time.
   *
   * @param pause asked after each block: a promise where the event loop should turn, else undefined
   */
  async updateInSlices(pause: () => Promise<unknown> | undefined): Promise<void> {
    const values = this.#values.slice();
    const flags = this.#flags.slice();
    const blocks = this.#takeChangedBlocks();
    for (const block of blocks) this.#markWritten(block);
    this.#quarantine = [];
    try {
      for (const block of blocks) {
        block.write(values, flags);
        const paused = pause();
        if (paused !== undefined) await paused;
      }
    } finally {
      for (const { family, handle } of this.#quarantine) family.vacant.push(handle);
      this.#quarantine = undefined;
    }
  }

  #takeChangedBlocks(): SampleBlock[] {
    const blocks = this.#blocks.filter((_, index) => this.#changedBlocks[index] === 1);
    this.#changedBlocks.fill(0);
    return blocks;
  }

  #markWritten(block: SampleBlock): void {
    const end = block.first + SLOTS_PER_BLOCK;
    for (let handle = block.first; handle < end; handle++) {
      this.#flags[handle] = (this.#flags[handle] ?? 0) & ~CHANGED;
    }
  }

  #mark(handle: number, flags: number): void {
    this.#flags[handle] = flags;
    this.#changedBlocks[handle >>> 8] = 1;
    this.version++;
  }

  #blockOf(handle: number): SampleBlock {
    const block = this.#blocks[handle >>> 8];
    if (block === undefined) throw new RangeError(`no series has the handle ${handle}`);
    return block;
  }

  #newHandle(family: FamilyBlocks): number {
    const first = this.#blocks.length * SLOTS_PER_BLOCK;
    const block = new SampleBlock(first);
    this.#blocks.push(block);
    family.blocks.push(block);
    // Highest first: slots are handed out from the end of the list, and lines appear in slot order.
    for (let handle = first + SLOTS_PER_BLOCK - 1; handle > first; handle--) family.vacant.push(handle);
    this.#grow(first + SLOTS_PER_BLOCK);
    return first;
  }

  #grow(capacity: number): void {
    if (this.#values.length >= capacity) return;
    const doubled = Math.max(capacity, this.#values.length * 2);
    this.#values = grown(new Float64Array(doubled), this.#values);
    this.#flags = grown(new Uint8Array(doubled), this.#flags);
    this.#owners = grown(new Uint32Array(doubled), this.#owners);
    this.#changedBlocks = grown(new Uint8Array(doubled / SLOTS_PER_BLOCK), this.#changedBlocks);
  }
}

function grown<T extends Float64Array | Uint8Array | Uint32Array>(larger: T, old: T): T {
  larger.set(old);
  return larger;
}
