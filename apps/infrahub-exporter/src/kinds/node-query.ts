import type { RawNode } from '../infrahub/connection.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { hintOf, type InfrahubSchema, type KindSchema } from '../infrahub/schema.ts';
import { argumentsOf } from './filters.ts';
import type { NodeSet } from './kind-plan.ts';

/** The query of a set of nodes, checked against the schema. */
export interface NodeQuery {
  readonly kind: string;
  /** Asks for the count as well, which costs the server a query of its own. */
  readonly firstPage: string;
  readonly otherPages: string;
  /** Values of the filters; offset and limit come with each page. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What every node and peer is known by. */
const IDENTITY = 'id hfid __typename';

/** Attributes that are nobody's business. */
const SECRETS = new Set(['Password', 'HashedPassword']);

/** Fields of a node that are neither attribute nor relationship. */
const PLAIN_FIELDS = new Set(['display_label']);

/**
 * Writes the query of a set: what is included and nothing else, peers in place.
 *
 * @throws {InfrahubError} `schema` when the kind, an include or a filter is not in the schema, or is a secret
 */
export function nodeQueryOf(name: string, { include, filters }: NodeSet, schema: InfrahubSchema): NodeQuery {
  const kind = schema.get(name);
  const given = argumentsOf(filters, kind, schema);
  const declared = given.map(({ type }, index) => `, $f${index}: ${type}`).join('');
  const passed = given.map(({ name: argument }, index) => `, ${argument}: $f${index}`).join('');
  const fields = [IDENTITY, ...include.map((field) => selectionOf(field, kind, schema))].join(' ');
  const text = (count: string): string =>
    `query Infrahub_${name}($offset: Int, $limit: Int${declared}) { ` +
    `${name}(offset: $offset, limit: $limit${passed}) { ${count}edges { node { ${fields} } } } }`;
  return {
    kind: name,
    firstPage: text('count '),
    otherPages: text(''),
    variables: Object.fromEntries(given.map(({ value }, index) => [`f${index}`, value])),
  };
}

function selectionOf(name: string, kind: KindSchema, schema: InfrahubSchema): string {
  const own = fieldOf(name, kind);
  if (own !== undefined) return name + own;
  const concrete = schema.kindsOfGeneric(kind.kind);
  const selections = concrete.flatMap((one) => {
    const selection = fieldOf(name, one);
    return selection === undefined ? [] : [{ kind: one.kind, selection, type: one.attributes.get(name) ?? selection }];
  });
  if (selections.length === 0) {
    const known = [kind, ...concrete].flatMap(({ attributes, relationships }) => [
      ...attributes.keys(),
      ...relationships.keys(),
    ]);
    const hint = hintOf(name, [...known, ...PLAIN_FIELDS]);
    throw new InfrahubError('schema', `${kind.kind} has no attribute or relationship ${name}${hint}`);
  }
  // In one query a name has to have one type, even where no node can have both.
  const isOneType = new Set(selections.map(({ type }) => type)).size === 1;
  return selections
    .map((one) => `... on ${one.kind} { ${isOneType ? '' : `${aliasOf(name, one.kind)}: `}${name}${one.selection} }`)
    .join(' ');
}

/** What is asked of a field; undefined when the kind does not have it. */
function fieldOf(name: string, { kind, attributes, relationships }: KindSchema): string | undefined {
  const attribute = attributes.get(name);
  if (attribute !== undefined && SECRETS.has(attribute)) {
    throw new InfrahubError('schema', `${kind}: ${name} is a ${attribute}; secrets never become labels`);
  }
  if (attribute !== undefined) return ' { value }';
  const relationship = relationships.get(name);
  if (relationship?.isMany === true) return ` { edges { node { ${IDENTITY} } } }`;
  if (relationship !== undefined) return ` { node { ${IDENTITY} } }`;
  return PLAIN_FIELDS.has(name) ? '' : undefined;
}

function aliasOf(name: string, kind: string): string {
  return `${name}__${kind}`;
}

/** What a node has of an include: under its name, or, of a generic, under that of its own kind. */
export function includedIn(node: RawNode, name: string): unknown {
  return node[name] ?? node[aliasOf(name, String(node['__typename']))];
}
