import { inSlices, ownTurn } from '../slices.ts';

/** So many texts are looked at, or sorted, before others get a turn: about a millisecond. */
const SLICE = 500;

/** A part of the sorted list is about this long, as long as there are not too many parts. */
const PART = 200;
const MOST_PARTS = 1_000;

/**
 * The texts sorted by code units, in parts one after the other. Large lists let others get a turn in between.
 *
 * Some of the texts, sorted, say where parts begin; each text then finds its part, and every part is sorted by itself.
 */
export async function sortedInParts(texts: readonly string[]): Promise<string[][]> {
  const bounds = boundsOf(texts);
  const parts = Array.from({ length: bounds.length + 1 }, (): string[] => []);
  await inSlices(texts, SLICE, (slice) => {
    for (const text of slice) parts[placeOf(text, bounds)]?.push(text);
  });
  let sorted = 0;
  for (const part of parts) {
    // Without a function of ours the engine compares by itself, ten times faster.
    part.sort();
    sorted += part.length;
    if (sorted < SLICE) continue;
    sorted = 0;
    await ownTurn();
  }
  return parts;
}

/** Where parts begin: some of the texts, evenly chosen. */
function boundsOf(texts: readonly string[]): string[] {
  const parts = Math.min(Math.ceil(texts.length / PART), MOST_PARTS);
  const chosen = Array.from({ length: Math.max(0, parts - 1) }, (_, index) => {
    return texts[Math.floor(((index + 1) * texts.length) / parts)] ?? '';
  });
  return [...new Set(chosen)].sort();
}

/** How many bounds are not above a text. */
function placeOf(text: string, bounds: readonly string[]): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}
