/** Lets one loop wait for a word from elsewhere. A word that comes while nobody waits is kept. */
export class Wake {
  #isAwake = false;
  #resolve: (() => void) | undefined;

  up(): void {
    this.#isAwake = true;
    this.#resolve?.();
  }

  /** Resolves at the next word, or at once if there was one since the last wait. @throws the signal's reason */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isAwake) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = (): void => reject(signal.reason);
      this.#resolve = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
        this.#resolve = undefined;
      }
    }
    this.#isAwake = false;
  }
}
