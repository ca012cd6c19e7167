/** Sequence numbers from `from` up to, and without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * A set of sequence numbers as ranges in rising order.
 *
 * There are few: one, and one more for each time that live points were delivered past older ones that still wait.
 */
export class RangeSet {
  #ranges: Range[] = [];
  #count = 0;

  /** How many numbers are in the set. */
  get count(): number {
    return this.#count;
  }

  /** The lowest number, undefined if there is none. */
  get first(): number | undefined {
    return this.#ranges[0]?.from;
  }

  /** Adds numbers above all that are there. */
  append({ from, to }: Range): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.to === from) this.#ranges[this.#ranges.length - 1] = { from: last.from, to };
    else this.#ranges.push({ from, to });
    this.#count += to - from;
  }

  /** The parts of the set within a range, in rising order, `limit` numbers at most. */
  within(range: Range, limit = Number.POSITIVE_INFINITY): Range[] {
    const found: Range[] = [];
    let left = limit;
    for (const { from, to } of this.#ranges) {
      if (from >= range.to || left <= 0) break;
      const start = Math.max(from, range.from);
      const end = Math.min(to, range.to, start + left);
      if (start >= end) continue;
      found.push({ from: start, to: end });
      left -= end - start;
    }
    return found;
  }

  /** Takes a range out of the set; returns the parts of it that were in. */
  subtract(range: Range): Range[] {
    const removed = this.within(range);
    if (removed.length === 0) return removed;
    this.#ranges = this.#ranges.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, range.from) },
        { from: Math.max(from, range.to), to },
      ].filter((part) => part.from < part.to),
    );
    this.#count -= countOf(removed);
    return removed;
  }
}

/** How many numbers there are in ranges that do not overlap. */
export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
