import { IdSet } from '../id-set.ts';
import type { InfrahubClient } from '../infrahub/client.ts';
import { pageOf, type RawNode } from '../infrahub/connection.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { labelValueOf } from '../infrahub/label-value.ts';
import { readAllPages } from '../infrahub/paging.ts';
import type { InfrahubSchema } from '../infrahub/schema.ts';
import { inSlices } from '../slices.ts';
import type { KindPlan, NodeSet } from './kind-plan.ts';
import { hfidOf, includedLabel } from './node-labels.ts';
import { includedIn, type NodeQuery, nodeQueryOf } from './node-query.ts';

/** What nodes are read with. */
export interface Reading<P> {
  readonly schema: InfrahubSchema;
  readonly client: InfrahubClient;
  readonly pageSize: number;
  /** Told of every page. */
  pageRead(): void;
  /** Makes of some nodes what is kept of them. @param rows of each, the values of the plan's labels in their order */
  pieceOf(rows: readonly Row[]): P;
}

/** The values of one node's labels. */
export type Row = readonly string[];

/** All nodes of a kind. */
export interface ReadNodes<P> {
  /** In the order of the server's pages, whichever came first. */
  readonly pieces: readonly P[];
  readonly count: number;
}

/** So many nodes are taken before others get a turn. */
const SLICE = 100;

/**
 * Reads all nodes of a kind, as of one moment, each once.
 *
 * A page becomes pieces as soon as it has come, and is forgotten: a hundred thousand nodes at once would keep the garbage
 * collector busy for longer than anybody may wait. Only nodes of several sets wait until all labels are known.
 *
 * @throws {InfrahubError} when anything of it fails; the signal's reason
 */
export async function readNodes<P>(plan: KindPlan, reading: Reading<P>, signal: AbortSignal): Promise<ReadNodes<P>> {
  const queries = plan.sets.map((set) => ({ set, query: nodeQueryOf(plan.kind, set, reading.schema) }));
  // Every page shows the same moment: otherwise what is written meanwhile shifts the offsets.
  const atMs = reading.client.serverNowMs;
  if (queries.length === 1 && queries[0] !== undefined) {
    const made: { readonly at: number; readonly piece: P }[] = [];
    const take = (rows: readonly Row[], at: number): void => {
      made.push({ at, piece: reading.pieceOf(rows) });
    };
    const count = await readSet(plan, { ...queries[0], atMs, rowOf: () => newRow(plan), take }, reading, signal);
    return { pieces: made.sort((a, b) => a.at - b.at).map(({ piece }) => piece), count };
  }
  const rows = new Map<string, string[]>();
  const rowOf = (id: string): string[] => {
    const row = rows.get(id) ?? newRow(plan);
    rows.set(id, row);
    return row;
  };
  for (const query of queries) await readSet(plan, { ...query, atMs, rowOf, take: () => {} }, reading, signal);
  const pieces: P[] = [];
  await inSlices([...rows.values()], SLICE, (slice) => pieces.push(reading.pieceOf(slice)));
  return { pieces, count: rows.size };
}

interface SetReading {
  readonly set: NodeSet;
  readonly query: NodeQuery;
  readonly atMs: number;
  /** Where a node's values go. */
  rowOf(id: string): string[];
  /** Takes some nodes. @param at where among all of them the first one is */
  take(rows: readonly Row[], at: number): void;
}

/** Reads the nodes of a set. @returns how many they are */
async function readSet<P>(
  plan: KindPlan,
  { set, query, atMs, rowOf, take }: SetReading,
  { client, pageSize, pageRead }: Reading<P>,
  signal: AbortSignal,
): Promise<number> {
  const { kind } = plan;
  const places = set.include.map((name) => [name, plan.labels.indexOf(name)] as const);
  const seen = new IdSet();
  let missing = 0;

  const rowsOf = (nodes: readonly RawNode[]): Row[] => {
    const rows: Row[] = [];
    for (const node of nodes) {
      const id = labelValueOf(node['id']);
      if (!seen.add(id)) continue;
      const row = rowOf(id);
      row[0] = id;
      row[1] = hfidOf(node, kind);
      for (const [name, place] of places) row[place] = includedLabel(includedIn(node, name));
      rows.push(row);
    }
    return rows;
  };
  const count = await readAllPages({
    what: kind,
    fetch: async (offset, isFirst) => {
      const operation = {
        document: isFirst ? query.firstPage : query.otherPages,
        variables: { ...query.variables, offset, limit: pageSize },
        tracker: `query-${kind.toLowerCase()}-page${Math.floor(offset / pageSize) + 1}`,
        atMs,
      };
      const page = pageOf((await client.graphql(operation, signal))[kind], kind);
      pageRead();
      return { ...page, offset };
    },
    take: (page) => {
      missing += page.missing;
      return inSlices(page.nodes, SLICE, (nodes, from) => take(rowsOf(nodes), page.offset + from));
    },
  });
  if (count === undefined) throw new InfrahubError('incomplete', `${kind}: expected a count, found none`);
  if (seen.size + missing < count)
    throw new InfrahubError('incomplete', `${kind}: ${seen.size} different nodes, of ${count}`);
  return seen.size;
}

function newRow({ labels }: KindPlan): string[] {
  return labels.map(() => '');
}
