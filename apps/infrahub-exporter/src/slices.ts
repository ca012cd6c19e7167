import { setImmediate } from 'node:timers/promises';

/** The turn that was given out last. There is one event loop, so there is one queue for it. */
let latest: Promise<unknown> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that nobody else is given: of much work that waits side by side each turn does one
 * piece. Were all of it to wait for the same turn, that turn would last as long as all pieces together.
 */
export function ownTurn(): Promise<unknown> {
  latest = latest.then(() => setImmediate());
  return latest;
}

/**
 * Does something with many, so many at a time, each slice in a turn of its own: however many they are, others wait for no
 * more than one slice.
 *
 * @param each told of each slice and of where it begins
 */
export async function inSlices<T>(
  many: readonly T[],
  size: number,
  each: (slice: readonly T[], from: number) => void,
): Promise<void> {
  for (let from = 0; from < many.length; from += size) {
    await ownTurn();
    each(many.slice(from, from + size), from);
  }
}
