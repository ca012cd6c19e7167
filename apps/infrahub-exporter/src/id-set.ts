/** Enough that no part of a hundred thousand ids takes long to grow. */
const PARTS = 128;

/**
 * Ids that have come before. A set of very many takes milliseconds each time it outgrows its table, with everybody waiting:
 * this one is many small sets.
 */
export class IdSet {
  readonly #parts = Array.from({ length: PARTS }, () => new Set<string>());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns whether the id was not there before */
  add(id: string): boolean {
    const part = this.#parts[partOf(id)];
    if (part === undefined || part.has(id)) return false;
    part.add(id);
    this.#size++;
    return true;
  }
}

/** Ids that follow each other differ at their ends. */
function partOf(id: string): number {
  const { length } = id;
  if (length < 2) return 0;
  return (id.charCodeAt(length - 1) * 31 + id.charCodeAt(length - 2)) % PARTS;
}
