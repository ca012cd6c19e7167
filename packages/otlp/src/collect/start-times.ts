interface Known {
  startMs: number;
  value: number;
  round: number;
}

/**
 * Since when each counter counts, which a cumulative sum has to say.
 *
 * A registry does not remember when a series began, so: those of the first collection count since this program runs,
 * later ones, and ones that stand lower than before, since the previous collection.
 */
export class StartTimes {
  readonly #known = new Map<string, Known>();
  #round = 0;
  #previousMs: number;
  #currentMs: number;

  /** @param startMs when the program began to count, Unix milliseconds */
  constructor(startMs: number) {
    this.#previousMs = startMs;
    this.#currentMs = startMs;
  }

  /** A collection begins. Series that the one before did not see are forgotten. */
  begin(nowMs: number): void {
    for (const [key, { round }] of this.#known) if (round < this.#round) this.#known.delete(key);
    this.#round += 1;
    this.#previousMs = this.#currentMs;
    this.#currentMs = nowMs;
  }

  /** Since when this counter counts, Unix milliseconds. */
  of(key: string, value: number): number {
    const known = this.#known.get(key);
    if (known === undefined || value < known.value) {
      this.#known.set(key, { startMs: this.#previousMs, value, round: this.#round });
      return this.#previousMs;
    }
    known.value = value;
    known.round = this.#round;
    return known.startMs;
  }
}
