/**
 * Something that several may want at once, and that is done once for all of them: for the first one, with its signal.
 * When only that one is told to stop, the others do not fail with it: it is done again.
 */
export class SharedTask<T> {
  #underWay: { readonly ended: Promise<T>; readonly signal: AbortSignal } | undefined;

  /** Does the task, or waits for the one that is under way. @throws what the task throws; the signal's reason */
  async run(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      this.#underWay ??= { ended: this.#start(task, signal), signal };
      const shared = this.#underWay;
      try {
        return await orAborted(shared.ended, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!shared.signal.aborted) throw error;
      }
    }
  }

  async #start(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await task(signal);
    } finally {
      this.#underWay = undefined;
    }
  }
}

/** What a promise brings, unless the signal fires before. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
