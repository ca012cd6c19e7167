import { type Clock, systemClock } from './clock.ts';
import { sleepOn } from './sleep.ts';

/**
 * A clock that runs faster than the real one, from the same moment: for tests in which real sockets meet long waits.
 *
 * @param factor how many of its seconds pass in a real one
 */
export function createScaledClock(factor: number, real: Clock = systemClock): Clock {
  const startMs = real.now();
  const startMonotonicMs = real.monotonicMs();
  const elapsedMs = (): number => (real.monotonicMs() - startMonotonicMs) * factor;
  const after: Clock['after'] = (delayMs, task) => real.after(delayMs / factor, task);
  return {
    now: () => startMs + elapsedMs(),
    monotonicMs: elapsedMs,
    after,
    sleep: (ms, signal) => sleepOn(after, ms, signal),
  };
}
