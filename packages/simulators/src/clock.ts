/**
 * Time as a parameter: simulated devices read the clock and arm timers through this, so that a test can hold time still.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` once after `delayMs` milliseconds (`Infinity`: never). The returned function calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

/** Beyond this `setTimeout` fires at once instead of late; app tokens live longer (28 days are 2 419 200 000 ms). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real time. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    let timer: NodeJS.Timeout | undefined;
    const arm = (leftMs: number): void => {
      if (leftMs === Number.POSITIVE_INFINITY) return;
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => (stepMs < leftMs ? arm(leftMs - stepMs) : task()), stepMs).unref();
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until told to advance; due timers then fire in order, each at its own time. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<{ dueMs: number; task: () => void }>();

  /** @param startMs milliseconds since the Unix epoch */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves time forward by `ms` and fires what falls due, timers armed on the way included. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number): { dueMs: number; task: () => void } | undefined {
    let earliest: { dueMs: number; task: () => void } | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && timer.dueMs < (earliest?.dueMs ?? Number.POSITIVE_INFINITY)) earliest = timer;
    }
    return earliest;
  }
}

/** Runs `task` every `intervalMs` until the returned function is called. */
export function every(clock: Clock, intervalMs: number, task: () => void): () => void {
  let cancel = clock.after(intervalMs, beat);
  function beat(): void {
    cancel = clock.after(intervalMs, beat);
    task();
  }
  return () => cancel();
}

/** Resolves after `delayMs` on that clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
