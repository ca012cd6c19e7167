import type { Clock } from '../clock.ts';

/** What an attribute can hold, or the ids of peers. */
export type FieldValue = unknown;

/** A node: values of attributes, and ids of peers (one, or a list) of relationships. */
export interface StoredNode {
  readonly id: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

type Nodes = ReadonlyMap<string, StoredNode>;

/** How many states of a branch can be read back to. */
const MAX_STATES = 200;

/** The nodes of one branch, now and at earlier moments. */
export class BranchStore {
  readonly name: string;
  readonly #clock: Clock;
  #states: { readonly atMs: number; readonly nodes: Nodes }[] = [];

  constructor(name: string, clock: Clock, nodes: Nodes = new Map()) {
    this.name = name;
    this.#clock = clock;
    this.#states.push({ atMs: Number.NEGATIVE_INFINITY, nodes });
  }

  /** The nodes now, or as they were at a moment (Unix milliseconds). */
  nodes(atMs: number = Number.POSITIVE_INFINITY): Nodes {
    return (this.#states.findLast((state) => state.atMs <= atMs) ?? this.#states[0])?.nodes ?? new Map();
  }

  /** Adds nodes, or replaces those with the same id. */
  put(nodes: readonly StoredNode[]): void {
    this.#change((next) => {
      for (const node of nodes) next.set(node.id, node);
    });
  }

  /** Changes fields of a node. */
  update(id: string, fields: StoredNode['fields']): void {
    this.#change((next) => {
      const node = next.get(id);
      if (node !== undefined) next.set(id, { ...node, fields: { ...node.fields, ...fields } });
    });
  }

  remove(ids: readonly string[]): void {
    this.#change((next) => {
      for (const id of ids) next.delete(id);
    });
  }

  #change(change: (next: Map<string, StoredNode>) => void): void {
    const next = new Map(this.nodes());
    change(next);
    this.#states = [...this.#states.slice(-MAX_STATES), { atMs: this.#clock.now(), nodes: next }];
  }
}
