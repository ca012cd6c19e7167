/**
 * Answers of the simulated schema: plain objects that the GraphQL engine takes apart.
 */
import { type KindModel, kindOf } from './model.ts';
import type { StoredNode } from './store.ts';

/** What a query is answered from. */
export interface Snapshot {
  readonly kinds: readonly KindModel[];
  readonly nodes: ReadonlyMap<string, StoredNode>;
}

type Args = Readonly<Record<string, unknown>>;

/** The root value: one function for each kind. */
export function rootOf(snapshot: Snapshot): Record<string, unknown> {
  const entries = snapshot.kinds.map((kind) => {
    const name = kindOf(kind);
    const members = new Set([name, ...snapshot.kinds.filter((one) => one.generic === name).map(kindOf)]);
    const resolve = (args: Args): unknown => {
      const matching = [...snapshot.nodes.values()]
        .filter((node) => members.has(node.kind) && matches(node, args, snapshot))
        .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
      return connectionOf(matching, args, snapshot);
    };
    return [name, resolve] as const;
  });
  return Object.fromEntries(entries);
}

/** The order of nodes where nobody asks for one: by name, as the schema's `order_by` has it. */
function orderOf({ id, fields }: StoredNode): string {
  return `${String(fields['name'] ?? '')} ${id}`;
}

function connectionOf(nodes: readonly StoredNode[], { offset = 0, limit }: Args, snapshot: Snapshot): unknown {
  const from = Number(offset ?? 0);
  const page = nodes.slice(from, limit === undefined || limit === null ? undefined : from + Number(limit));
  return { count: nodes.length, edges: page.map((node) => ({ node: nodeOf(node, snapshot) })) };
}

function nodeOf(node: StoredNode, snapshot: Snapshot): unknown {
  const model = snapshot.kinds.find((one) => kindOf(one) === node.kind);
  const resolved: Record<string, unknown> = {
    __typename: node.kind,
    id: node.id,
    hfid: hfidOf(node, model, snapshot),
    display_label: displayLabelOf(node, model, snapshot),
  };
  for (const [name, type] of Object.entries(model?.attributes ?? {})) {
    resolved[name] = attributeOf(node.fields[name] ?? null, type);
  }
  for (const [name, { many }] of Object.entries(model?.relationships ?? {})) {
    const peers = peersOf(node, name, snapshot);
    const [first] = peers;
    resolved[name] = (args: Args): unknown =>
      many ? connectionOf(peers, args, snapshot) : { node: first === undefined ? null : nodeOf(first, snapshot) };
  }
  return resolved;
}

function attributeOf(value: unknown, type: string): unknown {
  const attribute = { value, is_default: false, updated_at: null };
  if (type === 'Dropdown' && typeof value === 'string') {
    return { ...attribute, label: value.charAt(0).toUpperCase() + value.slice(1), color: '#a5d6a7' };
  }
  if (type !== 'IPHost' || typeof value !== 'string') return attribute;
  const [ip = '', prefixLength] = value.split('/');
  return { ...attribute, ip, prefixlen: Number(prefixLength), version: ip.includes(':') ? 6 : 4 };
}

function peersOf(node: StoredNode, field: string, { nodes }: Snapshot): StoredNode[] {
  const ids = [node.fields[field] ?? []].flat() as string[];
  return ids.flatMap((id) => nodes.get(id) ?? []);
}

function displayLabelOf(node: StoredNode, model: KindModel | undefined, snapshot: Snapshot): unknown {
  return model?.displayLabel ? valueAt(node, model.displayLabel, snapshot) : node.fields['name'];
}

/** Null when the kind has none or a part of it is unknown. */
function hfidOf(node: StoredNode, model: KindModel | undefined, snapshot: Snapshot): string[] | null {
  const parts = (model?.humanFriendlyId ?? []).map((path) => valueAt(node, path, snapshot));
  const isKnown = parts.length > 0 && parts.every((part) => part !== undefined && part !== null);
  return isKnown ? parts.map(String) : null;
}

/** `name__value`, `device__name__value`. */
function valueAt(node: StoredNode, path: string, snapshot: Snapshot): unknown {
  const [field = '', next = ''] = path.split('__');
  if (next === 'value') return node.fields[field];
  const [peer] = peersOf(node, field, snapshot);
  return peer?.fields[next];
}

const NO_FILTERS = new Set(['offset', 'limit', 'order', 'partial_match']);

function matches(node: StoredNode, args: Args, snapshot: Snapshot): boolean {
  const isMet = args['partial_match'] === true ? isMetInPart : isMetExactly;
  return Object.entries(args).every(([name, wanted]) => {
    if (NO_FILTERS.has(name)) return true;
    const model = snapshot.kinds.find((one) => kindOf(one) === node.kind);
    if (name === 'ids') return (wanted as string[]).includes(node.id);
    if (name === 'hfid') return JSON.stringify(hfidOf(node, model, snapshot)) === JSON.stringify(wanted);
    const [field = '', test = '', peerTest] = name.split('__');
    if (field === 'any') {
      return Object.keys(model?.attributes ?? {}).some((one) => isMet(node.fields[one], test, wanted));
    }
    if (field === 'display_label') return isMet(displayLabelOf(node, model, snapshot), test, wanted);
    if (test === 'ids') return peersOf(node, field, snapshot).some(({ id }) => (wanted as string[]).includes(id));
    if (peerTest !== undefined) {
      return peersOf(node, field, snapshot).some((peer) => isMet(peer.fields[test], peerTest, wanted));
    }
    return isMet(node.fields[field], test, wanted);
  });
}

function isMetExactly(value: unknown, test: string, wanted: unknown): boolean {
  if (test === 'isnull')
    return (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) === wanted;
  if (test === 'values') return (wanted as unknown[]).includes(value);
  return JSON.stringify(value ?? null) === JSON.stringify(wanted);
}

/** `partial_match`: texts contain what is wanted, in upper or lower case. */
function isMetInPart(value: unknown, test: string, wanted: unknown): boolean {
  if (typeof value !== 'string' || test === 'isnull') return isMetExactly(value, test, wanted);
  return [wanted].flat().some((part) => value.toLowerCase().includes(String(part).toLowerCase()));
}
