/** Something that runs until told to stop. */
export interface Task {
  /** Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Takes away what it has left behind, after it has ended. */
  dispose(): void;
}

interface Running<T> {
  readonly task: T;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Tasks that run side by side, each known by a key that says everything about it. */
export class Tasks<T extends Task> {
  readonly #signal: AbortSignal;
  readonly #running = new Map<string, Running<T>>();

  /** @param signal ends them all */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Ends the tasks that are not among these. */
  async keepOnly(keys: ReadonlySet<string>): Promise<void> {
    const leaving = [...this.#running].filter(([key]) => !keys.has(key));
    for (const [key, { stop }] of leaving) {
      this.#running.delete(key);
      stop.abort(new Error('the configuration is another one now'));
    }
    await Promise.all(leaving.map(([, { ended }]) => ended));
    for (const [, { task }] of leaving) task.dispose();
  }

  /** Starts a task, unless there is one of that key already. @returns the one that runs */
  start(key: string, create: () => T): T {
    const known = this.#running.get(key);
    if (known !== undefined) return known.task;
    const task = create();
    const stop = new AbortController();
    const ended = task.run(AbortSignal.any([this.#signal, stop.signal]));
    this.#running.set(key, { task, stop, ended });
    return task;
  }

  /** Resolves when all tasks of now have ended. */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended));
  }
}
