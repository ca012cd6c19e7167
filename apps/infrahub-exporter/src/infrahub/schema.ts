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
  readonly #kinds: ReadonlyMap<string, KindSchema>;

  constructor(kinds: ReadonlyMap<string, KindSchema>) {
    this.#kinds = kinds;
  }

  find(kind: string): KindSchema | undefined {
    return this.#kinds.get(kind);
  }

  /** @throws {InfrahubError} `schema`, with the nearest kind there is */
  get(kind: string): KindSchema {
    const found = this.#kinds.get(kind);
    if (found !== undefined) return found;
    throw new InfrahubError('schema', `unknown kind ${kind}${hintOf(kind, [...this.#kinds.keys()])}`);
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
  return new InfrahubSchema(new Map(sections.map((entry) => [text(entry, 'kind'), kindOf(entry)])));
}

function kindOf(entry: unknown): KindSchema {
  return {
    kind: text(entry, 'kind'),
    attributes: new Map(listOf(entry, 'attributes').map((one) => [text(one, 'name'), text(one, 'kind')])),
    relationships: new Map(
      listOf(entry, 'relationships').map((one) => {
        const isMany = text(one, 'cardinality') === 'many';
        return [text(one, 'name'), { peer: text(one, 'peer'), isMany }];
      }),
    ),
  };
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
