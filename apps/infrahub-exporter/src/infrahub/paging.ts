import type { Page, RawNode } from './connection.ts';
import { InfrahubError } from './errors.ts';

/** Asks for one page. */
export type FetchPage = (offset: number, isFirst: boolean) => Promise<Page>;

/** Settings of {@link readAllPages}. */
export interface Paging {
  /** What is read, for errors. */
  readonly what: string;
  fetch: FetchPage;
  /** Takes the nodes of a page. Pages may come in any order, and a node twice. */
  take(nodes: readonly RawNode[]): void;
}

/**
 * Reads every page: the first one tells the count and how many nodes the server gives at a time, the others follow side
 * by side, as far as whoever sends requests lets them.
 *
 * @throws {InfrahubError} `incomplete` when the pages end before the count is reached
 */
export async function readAllPages({ what, fetch, take }: Paging): Promise<number> {
  const first = await fetch(0, true);
  take(first.nodes);
  const { count, received } = first;
  if (count === undefined) throw new InfrahubError('incomplete', `${what}: expected a count, found none`);
  if (received >= count) return count;
  if (received === 0) throw new InfrahubError('incomplete', `${what}: no nodes in the first page, of ${count}`);

  const readTo = async (from: number, to: number): Promise<void> => {
    // A server may give less than is asked for: what counts is what came.
    for (let offset = from; offset < to; ) {
      const page = await fetch(offset, false);
      if (page.received === 0) throw new InfrahubError('incomplete', `${what}: nothing at ${offset}, of ${count}`);
      take(page.nodes);
      offset += page.received;
    }
  };
  const starts = Array.from({ length: Math.ceil(count / received) - 1 }, (_, index) => (index + 1) * received);
  await Promise.all(starts.map((start) => readTo(start, Math.min(start + received, count))));
  return count;
}
