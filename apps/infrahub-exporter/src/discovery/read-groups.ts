import type { InfrahubClient } from '../infrahub/client.ts';
import { isConnection, type Page, pageOf, type RawNode } from '../infrahub/connection.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { type PageSize, readAllPages } from '../infrahub/paging.ts';
import type { SentQuery } from './query-file.ts';
import { RootReading } from './root-reading.ts';
import { sortedInParts } from './sorted.ts';
import type { ToGroup } from './target-group.ts';

/** What groups are read with. */
export interface GroupReading {
  readonly name: string;
  readonly query: SentQuery;
  readonly client: InfrahubClient;
  readonly pageSize: number;
  readonly toGroup: ToGroup;
}

/** All groups of a query, in an order that stays. */
export interface ReadGroups {
  /** As entries, some at a time; {@link jsonOf} has the JSON of one. */
  readonly groups: readonly (readonly string[])[];
  readonly nodes: number;
  readonly targets: number;
  /** Nodes without a usable target. */
  readonly skipped: number;
}

/** Sends a query, page by page where it takes pages, and makes groups of the nodes. @throws {InfrahubError} */
export async function readGroups(
  { name, query, client, pageSize, toGroup }: GroupReading,
  signal: AbortSignal,
): Promise<ReadGroups> {
  const roots = new Map<string, RootReading>();
  // Pages have to show the same moment; a single answer does so by itself.
  const atMs = query.isPaged ? client.serverNowMs : undefined;

  const taken = async (data: RawNode, offset: number) => {
    const pages: Page[] = [];
    let isNew = false;
    for (const [key, value] of Object.entries(data)) {
      const { kind, isPaged } = query.roots.get(key) ?? { kind: key, isPaged: query.isPaged };
      // One without an offset has come as a whole with the first page.
      if (!isOurs(value) || (offset > 0 && !isPaged)) continue;
      const page = pageOf(value, key);
      const root = roots.get(key) ?? new RootReading(roots.size, kind, toGroup);
      roots.set(key, root);
      if (await root.take(page)) isNew = true;
      if (isPaged) pages.push(page);
    }
    return { pages, isNew };
  };
  const ask = async (offset: number): Promise<PageSize> => {
    const variables = query.isPaged ? { offset, limit: pageSize } : {};
    const tracker = `sd-${name}-page${Math.floor(offset / pageSize) + 1}`;
    const data = await client.graphql({ document: query.document, variables, tracker, atMs }, signal);
    const { pages, isNew } = await taken(data, offset);
    const size = sizeOf(pages);
    // Without a count only an empty page ends the reading: one that repeats what came before would never let it end.
    if (offset > 0 && !isNew && size.count === undefined && size.received > 0) {
      throw new InfrahubError('incomplete', `${name}: the page at ${offset} only repeats what came before`);
    }
    return size;
  };
  if (query.isPaged) await readAllPages({ what: name, fetch: ask, take: () => {} });
  else await ask(0);
  const all = [...roots.values()];
  if (all.length === 0) throw new InfrahubError('protocol', `${name}: no field of the query has edges`);
  for (const root of all) root.checkComplete(name, query.isPaged);
  const parts = await sortedInParts(all.flatMap(({ entries }) => entries));
  const sum = (of: (root: RootReading) => number): number => all.reduce((total, root) => total + of(root), 0);
  return {
    groups: parts,
    nodes: sum(({ entries }) => entries.length),
    targets: sum(({ targets }) => targets),
    skipped: sum(({ skipped }) => skipped),
  };
}

/** A root field that is null has failed; one that is no connection, such as InfrahubInfo, is not our business. */
function isOurs(value: unknown): boolean {
  return value === null || isConnection(value);
}

/** How far the longest of the root fields goes. */
function sizeOf(pages: readonly Page[]): PageSize {
  const counts = pages.map(({ count }) => count);
  return {
    count: counts.includes(undefined) ? undefined : Math.max(0, ...counts.map(Number)),
    received: Math.max(0, ...pages.map(({ received }) => received)),
  };
}

/** The JSON of a group's entry: itself it has no such character. */
export function jsonOf(entry: string): string {
  return entry.slice(entry.lastIndexOf('\0') + 1);
}
