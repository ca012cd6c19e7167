import { InfrahubError } from './errors.ts';

/** How far a page goes. */
export interface PageSize {
  /** How many there are in all; undefined where that was not asked for. */
  readonly count?: number | undefined;
  /** How many came with this page. */
  readonly received: number;
}

/** Settings of {@link readAllPages}. */
export interface Paging<P extends PageSize> {
  /** What is read, for errors. */
  readonly what: string;
  fetch(offset: number, isFirst: boolean): Promise<P>;
  /** Takes a page. Pages may come in any order, and a node twice. */
  take(page: P): Promise<void> | void;
}

/**
 * Reads every page: the first one tells the count and how many nodes the server gives at a time, the others follow side
 * by side, as far as whoever sends requests lets them. Without a count they follow one another, up to an empty one.
 *
 * @returns the count, where there is one
 * @throws {InfrahubError} `incomplete` when the pages end before the count is reached
 */
export async function readAllPages<P extends PageSize>({ what, fetch, take }: Paging<P>): Promise<number | undefined> {
  const first = await fetch(0, true);
  await take(first);
  const { count, received } = first;
  /** A server may give less than is asked for: what counts is what came. */
  const readTo = async (from: number, to: number): Promise<void> => {
    for (let offset = from; offset < to; ) {
      const page = await fetch(offset, false);
      await take(page);
      if (page.received === 0 && count === undefined) return;
      if (page.received === 0) throw new InfrahubError('incomplete', `${what}: nothing at ${offset}, of ${count}`);
      offset += page.received;
    }
  };
  if (received === 0 && (count ?? 0) > 0) throw new InfrahubError('incomplete', `${what}: nothing at 0, of ${count}`);
  if (count === undefined && received > 0) await readTo(received, Number.POSITIVE_INFINITY);
  if (count === undefined || received >= count) return count;
  const starts = Array.from({ length: Math.ceil(count / received) - 1 }, (_, index) => (index + 1) * received);
  await Promise.all(starts.map((start) => readTo(start, Math.min(start + received, count))));
  return count;
}
