/** So many lists in a row have to be as short before the shorter one is believed. */
const AGREEING_ROUNDS = 3;

/** Holds back a list that has shrunk suddenly: a permission lost, or a filter gone wrong, is likelier than a fire. */
export class ShrinkGuard {
  readonly #ratio: number;
  #latest = 0;
  #short = 0;

  /** @param ratio the least share of the list before; 0: anything goes */
  constructor(ratio: number) {
    this.#ratio = ratio;
  }

  /** Whether a list of so many targets is to be served. */
  accepts(targets: number): boolean {
    const isShort = targets < this.#latest * this.#ratio;
    this.#short = isShort ? this.#short + 1 : 0;
    if (isShort && this.#short < AGREEING_ROUNDS) return false;
    this.#short = 0;
    this.#latest = targets;
    return true;
  }
}
