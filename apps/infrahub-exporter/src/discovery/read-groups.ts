import type { InfrahubClient } from '../infrahub/client.ts';
import { isConnection, type Page, pageOf, type RawNode } from '../infrahub/connection.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { labelValueOf } from '../infrahub/label-value.ts';
import { readAllPages } from '../infrahub/paging.ts';
import { inSlices } from '../slices.ts';
import type { SentQuery } from './query-file.ts';
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

  const ask = async (offset: number) => {
    const variables = query.isPaged ? { offset, limit: pageSize } : {};
    const tracker = `sd-${name}-page${Math.floor(offset / pageSize) + 1}`;
    const data = await client.graphql({ document: query.document, variables, tracker, atMs }, signal);
    const pages: Page[] = [];
    for (const [key, value] of Object.entries(data)) {
      // A root field that is null has failed; one that is no connection, such as InfrahubInfo, is not our business.
      if (value !== null && !isConnection(value)) continue;
      const page = pageOf(value, key);
      const root = roots.get(key) ?? new RootReading(roots.size, query.kinds.get(key) ?? key, toGroup);
      roots.set(key, root);
      await root.take(page);
      pages.push(page);
    }
    const counts = pages.map(({ count }) => count);
    return {
      count: counts.includes(undefined) ? undefined : Math.max(0, ...counts.map(Number)),
      received: Math.max(0, ...pages.map(({ received }) => received)),
    };
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

/** So many nodes are taken before others get a turn. */
const SLICE = 100;

/** The nodes of one root field, as far as they have come. */
class RootReading {
  /** Of each group what it is sorted by, and its JSON, in one text: that of objects the garbage collector has thrice the work. */
  readonly entries: string[] = [];
  targets = 0;
  skipped = 0;
  readonly #order: number;
  readonly #kind: string;
  readonly #toGroup: ToGroup;
  readonly #seen = new Set<string>();
  #received = 0;
  #count: number | undefined;

  constructor(order: number, kind: string, toGroup: ToGroup) {
    this.#order = order;
    this.#kind = kind;
    this.#toGroup = toGroup;
  }

  async take({ nodes, count, missing }: Page): Promise<void> {
    this.#count ??= count;
    this.#received += missing;
    await inSlices(nodes, SLICE, (slice) => {
      for (const node of slice) this.#takeOne(node);
    });
  }

  #takeOne(node: RawNode): void {
    const id = labelValueOf(node['id']);
    // Not every query asks for the id; without it nothing is known of repetitions.
    if (id !== '' && this.#seen.has(id)) return;
    if (id !== '') this.#seen.add(id);
    this.#received += 1;
    this.#add(node, id);
  }

  /** @throws {InfrahubError} when less came than there is */
  checkComplete(name: string, isPaged: boolean): void {
    if (!isPaged || this.#count === undefined || this.#received >= this.#count) return;
    throw new InfrahubError('incomplete', `${name}: ${this.#received} different nodes, of ${this.#count}`);
  }

  #add(node: RawNode, id: string): void {
    const group = this.#toGroup(node, this.#kind);
    if (group === undefined) {
      this.skipped += 1;
      return;
    }
    const key = [String(this.#order).padStart(4, '0'), id, ...group.targets];
    this.entries.push([...key, JSON.stringify(group)].join('\0'));
    this.targets += group.targets.length;
  }
}

/** The JSON of a group's entry: itself it has no such character. */
export function jsonOf(entry: string): string {
  return entry.slice(entry.lastIndexOf('\0') + 1);
}
