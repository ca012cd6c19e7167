import { setImmediate as nextTurn } from 'node:timers/promises';

/** What is sorted: by a key, by code units. */
export interface Keyed {
  readonly key: string;
}

/** So many are sorted or merged before others get a turn: some milliseconds. */
const SLICE = 500;

/** The entries by their keys, those with the same key in their order. Large lists let others get a turn in between. */
export async function sortedByKey<T extends Keyed>(entries: readonly T[]): Promise<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < entries.length; from += SLICE) {
    if (from > 0) await nextTurn();
    runs.push(entries.slice(from, from + SLICE).sort(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      const [left = [], right] = [runs[index], runs[index + 1]];
      merged.push(right === undefined ? left : await mergedOf(left, right));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergedOf<T extends Keyed>(left: readonly T[], right: readonly T[]): Promise<T[]> {
  const merged: T[] = [];
  let [at, other] = [0, 0];
  for (;;) {
    const [a, b] = [left[at], right[other]];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      merged.push(a as T);
      at++;
    } else {
      merged.push(b);
      other++;
    }
    if (merged.length % SLICE === 0) await nextTurn();
  }
}

function compare(a: Keyed, b: Keyed): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
