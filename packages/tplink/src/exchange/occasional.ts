import type { Clock } from '@device-exporters/retry';
import { DeviceError } from '../device-error.ts';

/** What changes slowly is asked for no more often; devices are slow and easily bothered. */
const EVERY_MS = 60_000;

/** A question on which a device broke off is left alone for so long: it costs a poll its time. */
const AFTER_FAULT_MS = 900_000;

/** Values of questions that are asked now and then, by what they are about. */
export interface Occasional<T> {
  /**
   * The value of now where it is time to ask, otherwise the one from before. A device that breaks off on the question
   * loses this value and no other: all else has been read.
   *
   * @throws the signal's reason when that fires
   */
  get(about: string, ask: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>;
}

/** No device has so many; one that calls itself otherwise at every turn does not fill the memory. */
const MOST_KEPT = 256;

export function createOccasional<T>(clock: Clock): Occasional<T> {
  const kept = new Map<string, { readonly value: T | undefined; readonly untilMs: number }>();

  function isDue(about: string): boolean {
    return clock.monotonicMs() >= (kept.get(about)?.untilMs ?? Number.NEGATIVE_INFINITY);
  }

  return {
    async get(about, ask, signal) {
      if (!isDue(about)) return kept.get(about)?.value;
      const nowMs = clock.monotonicMs();
      if (kept.size >= MOST_KEPT) kept.clear();
      try {
        const value = await ask();
        kept.set(about, { value, untilMs: nowMs + EVERY_MS });
        return value;
      } catch (error) {
        if (signal.aborted || !(error instanceof DeviceError)) throw error;
        kept.set(about, { value: undefined, untilMs: nowMs + AFTER_FAULT_MS });
        return undefined;
      }
    },
  };
}
