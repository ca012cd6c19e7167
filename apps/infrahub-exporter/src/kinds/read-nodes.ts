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
export interface Reading {
  readonly schema: InfrahubSchema;
  readonly client: InfrahubClient;
  readonly pageSize: number;
  /** Told of every page. */
  pageRead(): void;
}

/**
 * Reads all nodes of a kind, as of one moment.
 *
 * @returns the values of the plan's labels, in their order, by id
 * @throws {InfrahubError} when anything of it fails; the signal's reason
 */
export async function readNodes(plan: KindPlan, reading: Reading, signal: AbortSignal): Promise<Map<string, string[]>> {
  const queries = plan.sets.map((set) => ({ set, query: nodeQueryOf(plan.kind, set, reading.schema) }));
  const nodes = new Map<string, string[]>();
  // Every page shows the same moment: otherwise what is written meanwhile shifts the offsets.
  const atMs = reading.client.serverNowMs;
  for (const { set, query } of queries) await readSet(plan, set, { query, nodes, atMs }, reading, signal);
  return nodes;
}

/** So many nodes are taken before others get a turn. */
const SLICE = 100;

interface SetReading {
  readonly query: NodeQuery;
  readonly nodes: Map<string, string[]>;
  readonly atMs: number;
}

async function readSet(
  plan: KindPlan,
  set: NodeSet,
  { query, nodes, atMs }: SetReading,
  { client, pageSize, pageRead }: Reading,
  signal: AbortSignal,
): Promise<void> {
  const { kind } = plan;
  const places = set.include.map((name) => [name, plan.labels.indexOf(name)] as const);
  const seen = new Set<string>();
  let missing = 0;

  const take = (node: RawNode): void => {
    const id = labelValueOf(node['id']);
    seen.add(id);
    const values = nodes.get(id) ?? plan.labels.map(() => '');
    values[0] = id;
    values[1] = hfidOf(node, kind);
    for (const [name, place] of places) values[place] = includedLabel(includedIn(node, name));
    nodes.set(id, values);
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
      return page;
    },
    take: (page) => {
      missing += page.missing;
      return inSlices(page.nodes, SLICE, take);
    },
  });
  if (count === undefined) throw new InfrahubError('incomplete', `${kind}: expected a count, found none`);
  if (seen.size + missing < count)
    throw new InfrahubError('incomplete', `${kind}: ${seen.size} different nodes, of ${count}`);
}
