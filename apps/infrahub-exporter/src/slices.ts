import { setImmediate as nextTurn } from 'node:timers/promises';

/** Does something with each of many, and lets others get a turn after every so many: no page of nodes blocks for long. */
export async function inSlices<T>(many: readonly T[], size: number, each: (one: T) => void): Promise<void> {
  for (let from = 0; from < many.length; from += size) {
    if (from > 0) await nextTurn();
    for (const one of many.slice(from, from + size)) each(one);
  }
}
