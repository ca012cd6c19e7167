import { DeviceRefusedError } from '../device-error.ts';

/** Lets one exchange happen at a time, in the order of asking: devices lose count of parallel ones. */
export class ExchangeQueue {
  readonly #pending = new Set<AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs a task when all earlier ones have ended.
   *
   * @throws the signal's reason when that fires, and whatever the task throws
   * @throws {DeviceRefusedError} when the queue is closed meanwhile
   */
  async run<T>(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const cut = Promise.withResolvers<never>();
    // Listening before the task does settles which error counts: this one, not what the task makes of its signal.
    controller.signal.addEventListener('abort', () => cut.reject(controller.signal.reason), { once: true });
    const onAbort = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#pending.add(controller);
    const turn = this.#last.then(() => {
      controller.signal.throwIfAborted();
      return task(controller.signal);
    });
    this.#last = turn.catch(() => undefined);
    try {
      return await Promise.race([cut.promise, turn]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#pending.delete(controller);
    }
  }

  /** Ends all tasks, running and waiting ones. Later ones run again. */
  close(): void {
    for (const controller of this.#pending) controller.abort(new DeviceRefusedError('the connection was closed'));
  }
}
