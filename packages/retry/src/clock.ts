import { sleepOn } from './sleep.ts';

/** Time as a parameter: what waits or measures asks here, so that a test can hold time still. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Jumps, both ways, when the machine's clock is set. */
  now(): number;

  /** Milliseconds since some fixed moment. Never goes back: for measuring how long something takes. */
  monotonicMs(): number;

  /** Runs `task` once, `delayMs` milliseconds from now. For what waits in a promise, {@link sleep} is simpler. */
  after(delayMs: number, task: () => void): Timer;

  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason as soon as that fires, at once if it already has.
   *
   * A sleep keeps the process alive: somebody awaits it, and its signal ends it.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A timer that has been armed. It keeps the process alive until it has fired or was cancelled, unless `unref` is called. */
export interface Timer {
  /** Calls the timer off; afterwards, and after it has fired, this does nothing. */
  cancel(): void;

  /** Lets the process end although the timer is pending: for what only matters while something else is going on. */
  unref(): void;
}

/** `setTimeout` fires at once, instead of late, when asked to wait longer than this (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after,
  sleep: (ms, signal) => sleepOn(after, ms, signal),
};

function after(delayMs: number, task: () => void): Timer {
  let timer: NodeJS.Timeout | undefined;
  let keepsAlive = true;
  function arm(leftMs: number): void {
    const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => (stepMs < leftMs ? arm(leftMs - stepMs) : task()), stepMs);
    if (!keepsAlive) timer.unref();
  }
  arm(delayMs);
  return {
    cancel: () => clearTimeout(timer),
    unref() {
      keepsAlive = false;
      timer?.unref();
    },
  };
}
