import type { Family, FamilyGroup, Labels, Sample } from './family.ts';
import type { Series } from './series.ts';
import { labelValuesOf } from './series-prefix.ts';
import type { SeriesStore } from './series-store.ts';

/** Puts one reading of a poll: family, labels, value. */
export type PutReading = <L extends string>(family: Family<L>, labels: Labels<L>, value: number) => void;

/** One series of a group, with the family that it is of. */
export interface GroupSample extends Sample {
  readonly family: Family;
}

/** The series of one device: replaced together, cleared together, dropped together. */
export class SeriesGroup implements FamilyGroup {
  readonly id: number;
  /** When the readings were made, Unix milliseconds; undefined until {@link replace} or {@link touch} says so. */
  updatedAtMs: number | undefined;
  readonly #store: SeriesStore;
  readonly #handles = new Map<Family, number[]>();

  constructor(id: number, store: SeriesStore) {
    this.id = id;
    this.#store = store;
  }

  /** How many series the group has, with or without a value. */
  get size(): number {
    let size = 0;
    for (const handles of this.#handles.values()) size += handles.length;
    return size;
  }

  /**
   * The series of a family with these labels, made if there is none yet.
   *
   * @throws {SeriesTakenError} if another group has it
   */
  series<L extends string>(family: Family<L>, labels: Labels<L>): Series {
    const { series, isNew } = family.obtain(this, labels);
    if (isNew) this.#handlesOf(family as unknown as Family).push(series.handle);
    return series;
  }

  /** Every series of the group that has a value, for outputs that follow one device. */
  *samples(): Generator<GroupSample> {
    for (const [family, handles] of this.#handles) {
      for (const handle of handles) {
        const value = this.#store.valueOf(handle);
        if (value === undefined) continue;
        yield { family, labelValues: labelValuesOf(this.#store.prefixOf(handle)), value, timeMs: this.updatedAtMs };
      }
    }
  }

  /** Notes when the readings set from now on were made, Unix milliseconds. */
  touch(atMs: number): void {
    this.updatedAtMs = atMs;
  }

  /**
   * Replaces the readings as a whole: what `write` does not put is gone afterwards.
   *
   * @param atMs when the readings were made, Unix milliseconds
   * @throws {SeriesTakenError} if another group has one of the series; the readings put until then stay
   */
  replace(write: (put: PutReading) => void, atMs: number): void {
    const kept = new Set<number>();
    write((family, labels, value) => {
      const series = this.series(family, labels);
      series.set(value);
      kept.add(series.handle);
    });
    this.updatedAtMs = atMs;
    this.keepOnly(kept);
  }

  /** Ends all series but these. */
  keepOnly(handles: ReadonlySet<number>): void {
    this.#releaseUnless((handle) => handles.has(handle));
  }

  /** Ends one series. */
  release<L extends string>(family: Family<L>, series: Series): void {
    const handles = this.#handlesOf(family as unknown as Family);
    const index = handles.indexOf(series.handle);
    if (index === -1) return;
    handles.splice(index, 1);
    this.#store.release(family, series.handle);
  }

  /** Takes all values away, as when the device failed; handles stay good for its return. */
  clear(): void {
    for (const handles of this.#handles.values()) for (const handle of handles) this.#store.clear(handle);
  }

  /** Ends all series: the device or its structure is gone. Their handles must not be used any more. */
  drop(): void {
    this.#releaseUnless(() => false);
  }

  #releaseUnless(isKept: (handle: number) => boolean): void {
    for (const [family, handles] of this.#handles) {
      const kept = handles.filter((handle) => {
        if (isKept(handle)) return true;
        this.#store.release(family, handle);
        return false;
      });
      if (kept.length === 0) this.#handles.delete(family);
      else this.#handles.set(family, kept);
    }
  }

  #handlesOf(family: Family): number[] {
    let handles = this.#handles.get(family);
    if (handles === undefined) {
      handles = [];
      this.#handles.set(family, handles);
    }
    return handles;
  }
}
