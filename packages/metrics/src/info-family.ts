import { Family, type FamilyHome, type FamilyOptions, type Sample } from './family.ts';
import { labelValuesOf, seriesPrefix } from './series-prefix.ts';

/** Finished lines of an {@link InfoFamily}; nobody sees them until they are shown. */
export class InfoLines {
  readonly bytes: Buffer;

  /** For {@link InfoFamily}. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/**
 * A gauge whose series say something by their labels alone: each stands at 1, and all come and go together.
 *
 * They are lines from the start: no handle, no slot, nothing to look for or to give back. A new state is written piece by
 * piece while everybody sees the old one, and then takes its place at once, however large it is.
 */
export class InfoFamily<L extends string = string> extends Family<L> {
  readonly #home: FamilyHome;
  #shown: readonly InfoLines[] = [];
  #shownAtMs: number | undefined;

  /** @throws {InvalidFamilyError} as {@link Family} does */
  constructor(options: FamilyOptions<L>, home: FamilyHome) {
    super('gauge', options, home);
    this.#home = home;
  }

  /** Writes lines, to be shown later. @param rows values in the order of the label names; no two may be the same */
  lines(rows: readonly (readonly string[])[]): InfoLines {
    const text = rows.map((values) => `${seriesPrefix(this.name, this.labelNames, values)}1\n`).join('');
    return new InfoLines(Buffer.from(text));
  }

  /**
   * Shows these lines instead of those before, all at once. The same lines in the same pieces are no change.
   *
   * @param atMs when the readings were made, Unix milliseconds
   */
  show(pieces: readonly InfoLines[], atMs: number): void {
    this.#shownAtMs = atMs;
    const before = this.#shown;
    const isSame = pieces.length === before.length && pieces.every(({ bytes }, n) => before[n]?.bytes.equals(bytes));
    if (isSame) return;
    this.#shown = [...pieces];
    this.#home.store.version++;
  }

  override *samples(): Generator<Sample> {
    // Both belong to one state, even if another one is shown while somebody walks through this one.
    const [shown, timeMs] = [this.#shown, this.#shownAtMs];
    yield* super.samples();
    for (const { bytes } of shown) {
      for (const line of bytes.toString().split('\n').slice(0, -1)) {
        yield { labelValues: labelValuesOf(line), value: 1, timeMs };
      }
    }
  }

  override reset(): void {
    super.reset();
    this.show([], this.#shownAtMs ?? 0);
  }

  override chunks(): Uint8Array[] {
    return [...super.chunks(), ...this.#shown.map(({ bytes }) => bytes)];
  }
}
