/** A condition on a ledger did not come true in time. */
export class LedgerTimeoutError extends Error {}

/** What can be waited for: looked at again after every change. */
export class Watched<T> {
  readonly #watched: T;
  readonly #watchers = new Set<() => void>();

  constructor(watched: T) {
    this.#watched = watched;
  }

  /** Looks at the conditions that are waited for again. */
  changed(): void {
    for (const look of this.#watchers) look();
  }

  /**
   * Resolves as soon as `holds` is true.
   *
   * @throws LedgerTimeoutError after `timeoutMs` real milliseconds
   */
  until(holds: (watched: T) => boolean, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds(this.#watched)) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new LedgerTimeoutError(`waited ${timeoutMs} ms in vain for: ${holds}`));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }
}
