import { isConnection, isRecord } from '../infrahub/connection.ts';
import { labelValueOf } from '../infrahub/label-value.ts';

/** A text that is no path. */
export class InvalidPathError extends Error {}

interface Segment {
  readonly name: string;
  /** `[]`: every item. `[0]`: that one. Undefined: the value itself. */
  readonly items: 'all' | number | undefined;
}

/** A path; others to try when it leads nowhere come after it. */
export type FieldPaths = readonly (readonly Segment[])[];

const SEGMENT = /^(?<name>[A-Za-z_]\w*)(?<items>\[\d*\])?$/;

/**
 * Reads paths: `primary_ip.node.address.ip`, `tags[].name.value`, `interfaces[0].name.value`, `fqdn.value | name.value`.
 *
 * @throws {InvalidPathError}
 */
export function parsePaths(text: string): FieldPaths {
  return text.split('|').map((path) =>
    path
      .trim()
      .split('.')
      .map((segment) => parseSegment(segment, text)),
  );
}

function parseSegment(segment: string, path: string): Segment {
  const { name, items } = SEGMENT.exec(segment)?.groups ?? {};
  if (name === undefined)
    throw new InvalidPathError(`not a path: ${path} (expected names parted by dots, with [] or [0] for lists)`);
  if (items === undefined) return { name, items: undefined };
  return { name, items: items === '[]' ? 'all' : Number(items.slice(1, -1)) };
}

/** The values at the first path that leads to some: as texts, empty ones left out. */
export function valuesAt(paths: FieldPaths, node: unknown): string[] {
  for (const path of paths) {
    const values = follow(path, node)
      .map(labelValueOf)
      .filter((value) => value !== '');
    if (values.length > 0) return values;
  }
  return [];
}

/** The texts at a path; what is a number or a switch is none. */
export function textsAt(path: FieldPaths[number], node: unknown): string[] {
  return follow(path, node).filter((value) => typeof value === 'string' && value !== '') as string[];
}

function follow([segment, ...rest]: readonly Segment[], from: unknown): unknown[] {
  if (segment === undefined) return endOf(from);
  const found = lookup(from, segment.name);
  if (segment.items === undefined) return follow(rest, found);
  const items = itemsOf(found);
  if (segment.items !== 'all') return follow(rest, items[segment.items]);
  return items.flatMap((item) => (rest.length === 0 ? itemText(item) : follow(rest, item)));
}

/** A name is looked up on the object, or on the `node` that it has: edges need not be spelled out. */
function lookup(from: unknown, name: string): unknown {
  if (!isRecord(from)) return undefined;
  if (Object.hasOwn(from, name)) return from[name];
  const { node } = from;
  return isRecord(node) && Object.hasOwn(node, name) ? node[name] : undefined;
}

/** The nodes of a connection, or the items of a list; a list attribute stands for its value. */
function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isConnection(value) && Array.isArray(value.edges)) {
    return value.edges.map((edge: unknown) => (isRecord(edge) && 'node' in edge ? edge['node'] : edge));
  }
  return isRecord(value) && Array.isArray(value['value']) ? value['value'] : [];
}

/** An attribute means its value; other objects, and lists, mean nothing. */
function endOf(value: unknown): unknown[] {
  const end = isRecord(value) ? value['value'] : value;
  return typeof end === 'object' ? [] : [end];
}

/** An item at the very end: a scalar, an attribute, or a node, which is called by its name. */
function itemText(item: unknown): unknown[] {
  if (isRecord(item) && !('value' in item)) return endOf(item['name']);
  return endOf(item);
}
