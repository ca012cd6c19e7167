import type { SeriesStore } from './series-store.ts';

/** One series, obtained once per label set; from then on only its value moves. */
export class Series {
  /** For hot paths: `registry.set(handle, value)` is the same store without this object. */
  readonly handle: number;
  readonly #store: SeriesStore;

  constructor(store: SeriesStore, handle: number) {
    this.#store = store;
    this.handle = handle;
  }

  /** The value now, undefined while there is none. */
  get value(): number | undefined {
    return this.#store.valueOf(this.handle);
  }

  set(value: number): void {
    this.#store.set(this.handle, value);
  }

  /** Adds to the value; a series without one counts from 0. */
  add(amount = 1): void {
    this.#store.set(this.handle, (this.value ?? 0) + amount);
  }

  /** Like {@link set}, but shown only together with the next change: for figures about the exposition itself. */
  setUnnoticed(value: number): void {
    this.#store.setUnnoticed(this.handle, value);
  }

  /** Takes the value away: nothing is exported that is not known. */
  clear(): void {
    this.#store.clear(this.handle);
  }
}
