import type { Settings } from '../options.ts';

/** What is open under an id, until its time is over or another takes its place. */
export class Sessions<T> {
  readonly #settings: Settings;
  readonly #open = new Map<string, { readonly what: T; readonly endsAtMs: number }>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Opens one, and ends those before it where a device has room for one only. */
  open(id: string, what: T): void {
    const { single, lifetimeSeconds } = this.#settings.session;
    if (single) this.#open.clear();
    this.#open.set(id, { what, endsAtMs: this.#settings.clock.now() + lifetimeSeconds * 1000 });
  }

  find(id: string | undefined): T | undefined {
    const session = this.#open.get(id ?? '');
    return session !== undefined && this.#settings.clock.now() < session.endsAtMs ? session.what : undefined;
  }

  end(id: string | undefined): void {
    this.#open.delete(id ?? '');
  }

  clear(): void {
    this.#open.clear();
  }

  /** A new id of so many bytes. */
  newId(size: number): string {
    return this.#settings.randomBytes(size).toString('hex').toUpperCase();
  }
}
