/**
 * The answers of GraphQL, as far as all queries have them in common: a root field is a connection, `{count, edges: [{node}]}`.
 */
import { InfrahubError } from './errors.ts';

/** A node as it came, not looked at. */
export type RawNode = Readonly<Record<string, unknown>>;

/** One page of a root field. */
export interface Page {
  /** How many nodes there are in all, where it was asked for. */
  readonly count: number | undefined;
  readonly nodes: readonly RawNode[];
  /** How many edges came: what the next offset counts from. */
  readonly received: number;
  /** How many of them have no node. */
  readonly missing: number;
}

/** Whether a value is a connection. */
export function isConnection(value: unknown): value is { readonly edges: unknown; readonly count?: unknown } {
  return isRecord(value) && 'edges' in value;
}

/**
 * Reads a connection.
 *
 * @param what the field's name, for errors
 * @throws {InfrahubError} `protocol` when edges are null, as with an answer that failed half-way: that is not "no nodes"
 */
export function pageOf(value: unknown, what: string): Page {
  if (!isConnection(value) || !Array.isArray(value.edges)) {
    throw new InfrahubError(
      'incomplete',
      `${what}: expected a list of edges, found ${value === null ? 'null' : 'none'}`,
    );
  }
  if (value.count === null) throw new InfrahubError('incomplete', `${what}: expected a count, found null`);
  const nodes = value.edges.flatMap((edge: unknown) => {
    const node = isRecord(edge) ? edge['node'] : undefined;
    return isRecord(node) ? [node] : [];
  });
  const count = typeof value.count === 'number' ? value.count : undefined;
  const received = value.edges.length;
  return { count, nodes, received, missing: received - nodes.length };
}

export function isRecord(value: unknown): value is RawNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
