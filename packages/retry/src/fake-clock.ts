import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timer } from './clock.ts';
import { sleepOn } from './sleep.ts';

/** A clock that stands still until told to advance. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms` and fires what falls due on the way, in order, each at its own time.
   *
   * After each timer, and before the first one, all promise jobs run that can; so a loop that sleeps, works and sleeps
   * again goes round as often as it would in that time. Real input and output is not waited for.
   */
  advance(ms: number): Promise<void>;

  /** How many timers and sleeps are pending: 0 when everything was tidied up. */
  readonly pending: number;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly task: () => void;
}

/**
 * Makes a {@link FakeClock}.
 *
 * @param startMs what `now()` says at first, in milliseconds since the Unix epoch. `monotonicMs()` starts at 0, so that
 *   a mix-up of the two shows.
 */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsedMs = 0;
  // In the order of arming, which decides between timers that fall due together.
  const timers = new Set<PendingTimer>();

  function after(delayMs: number, task: () => void): Timer {
    const timer = { dueMs: elapsedMs + Math.max(0, delayMs), task };
    timers.add(timer);
    return { cancel: () => timers.delete(timer), unref: () => undefined };
  }

  function takeDue(untilMs: number): PendingTimer | undefined {
    const [first] = [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
    if (first !== undefined) timers.delete(first);
    return first;
  }

  return {
    now: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    after,
    sleep: (ms, signal) => sleepOn(after, ms, signal),
    async advance(ms) {
      const endMs = elapsedMs + ms;
      await nextTurn();
      for (let due = takeDue(endMs); due !== undefined; due = takeDue(endMs)) {
        elapsedMs = due.dueMs;
        due.task();
        await nextTurn();
      }
      elapsedMs = endMs;
    },
    get pending() {
      return timers.size;
    },
  };
}
