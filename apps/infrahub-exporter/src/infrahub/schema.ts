import { nearest } from '@device-exporters/exporter';
import { InfrahubError } from './errors.ts';

/** A kind of the schema: what its nodes have. */
export interface KindSchema {
  readonly kind: string;
  /** Kind of each attribute by its name: `Text`, `Number`, `Password` … */
  readonly attributes: ReadonlyMap<string, string>;
  readonly relationships: ReadonlyMap<string, Relationship>;
}

export interface Relationship {
  /** Kind of the peers. */
  readonly peer: string;
  readonly isMany: boolean;
}

/** What a branch knows: nodes, generics, profiles and templates alike, by kind. */
export class InfrahubSchema {
  /** As they came: a kind that cannot be read is only the trouble of who asks for it. */
  readonly #entries: ReadonlyMap<string, unknown>;

  constructor(entries: ReadonlyMap<string, unknown>) {
    this.#entries = entries;
  }

  /** @throws {InfrahubError} `protocol` when what is said of the kind makes no sense */
  find(kind: string): KindSchema | undefined {
    const entry = this.#entries.get(kind);
    return entry === undefined ? undefined : kindOf(entry);
  }

  /** @throws {InfrahubError} `schema`, with the nearest kind there is */
  get(kind: string): KindSchema {
    const found = this.find(kind);
    if (found !== undefined) return found;
    throw new InfrahubError('schema', `unknown kind ${kind}${hintOf(kind, [...this.#entries.keys()])}`);
  }

  /** The kinds that the nodes of a generic can be of; none for a kind that is no generic. */
  kindsOfGeneric(generic: string): KindSchema[] {
    const named = new Set(listOf(this.#entries.get(generic), 'used_by'));
    return [...this.#entries].flatMap(([kind, entry]) =>
      named.has(kind) || listOf(entry, 'inherit_from').includes(generic) ? [kindOf(entry)] : [],
    );
  }
}

/** `; did you mean DcimDevice?`, where something is near. */
export function hintOf(unknown: string, known: readonly string[]): string {
  const near = nearest(unknown, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/**
 * Reads the answer of `GET /api/schema`.
 *
 * @throws {InfrahubError} `protocol` when it is none
 */
export function parseSchema(answer: unknown): InfrahubSchema {
  const sections = ['nodes', 'generics', 'profiles', 'templates'].flatMap((name) => listOf(answer, name));
  if (sections.length === 0) throw new InfrahubError('protocol', '/api/schema has no kinds');
  return new InfrahubSchema(new Map(sections.map((entry) => [text(entry, 'kind'), entry])));
}

function kindOf(entry: unknown): KindSchema {
  return {
    kind: text(entry, 'kind'),
    attributes: new Map(listOf(entry, 'attributes').map((one) => [text(one, 'name'), text(one, 'kind')])),
    relationships: new Map([
      ...hierarchyOf(entry),
      ...listOf(entry, 'relationships').map((one): [string, Relationship] => {
        const isMany = text(one, 'cardinality') === 'many';
        return [text(one, 'name'), { peer: text(one, 'peer'), isMany }];
      }),
    ]),
  };
}

/** What hierarchical kinds have in GraphQL, though not all of it is listed. */
function hierarchyOf(entry: unknown): [string, Relationship][] {
  const { kind, hierarchy, hierarchical } = (entry ?? {}) as Record<string, unknown>;
  const peer = hierarchical === true ? kind : hierarchy;
  if (typeof peer !== 'string' || peer === '') return [];
  const many = ['children', 'ancestors', 'descendants'].map((name): [string, Relationship] => {
    return [name, { peer, isMany: true }];
  });
  return [['parent', { peer, isMany: false }], ...many];
}

function listOf(value: unknown, key: string): unknown[] {
  const list = (value as Record<string, unknown> | null)?.[key];
  return Array.isArray(list) ? list : [];
}

function text(value: unknown, key: string): string {
  const found = (value as Record<string, unknown> | null)?.[key];
  if (typeof found === 'string') return found;
  throw new InfrahubError('protocol', `/api/schema: expected a text as ${key}, found ${typeof found}`);
}
