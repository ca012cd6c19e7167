/** Lets so many tasks run at a time; the others wait in line. */
export interface Gate {
  /** Runs a task when its turn has come. @throws the signal's reason when that fires before */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Creates a gate. @param limit tasks at a time, 1 or more */
export function createGate(limit: number): Gate {
  let running = 0;
  const line = new Set<() => void>();

  async function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (running < limit) {
      running++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      line.delete(resolve);
      reject(signal.reason);
    };
    line.add(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Who waits longest takes the place that becomes free. */
  function leave(): void {
    const [next] = line;
    if (next === undefined) running--;
    else {
      line.delete(next);
      next();
    }
  }

  return {
    async run(task, signal) {
      await turn(signal);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
