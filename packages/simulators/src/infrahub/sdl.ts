/**
 * The GraphQL schema that Infrahub generates for its kinds, as far as readers use it: one root field per kind with paging and
 * filters, attributes as objects with a value, relationships as edges.
 */
import { buildSchema, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { type KindModel, kindOf } from './model.ts';

/** Type of an attribute, and of its values. */
const TYPES: Readonly<Record<string, readonly [type: string, value: string]>> = {
  Number: ['NumberAttribute', 'BigInt'],
  Boolean: ['CheckboxAttribute', 'Boolean'],
  List: ['ListAttribute', 'GenericScalar'],
  JSON: ['JSONAttribute', 'GenericScalar'],
  Dropdown: ['Dropdown', 'String'],
  IPHost: ['IPHost', 'String'],
};

const TEXT = ['TextAttribute', 'String'] as const;

const EXTRA: Readonly<Record<string, string>> = {
  Dropdown: 'label: String color: String',
  IPHost: 'ip: String prefixlen: Int version: Int',
};

const COMMON_FILTERS =
  'any__value: GenericScalar, any__values: [GenericScalar], display_label__value: String, display_label__values: [String]';

const PREAMBLE = `
scalar BigInt
scalar GenericScalar
scalar DateTime
input OrderInput { disable: Boolean }
type BranchInfo { id: String name: String is_default: Boolean }
type Info { version: String deployment_id: String }
`;

/** Builds the executable schema of a model. */
export function schemaOf(kinds: readonly KindModel[]): GraphQLSchema {
  const attributes = [...new Map([TEXT, ...Object.values(TYPES)])].map(
    ([name, value]) => `type ${name} { value: ${value} is_default: Boolean updated_at: DateTime ${EXTRA[name] ?? ''} }`,
  );
  const root = kinds.map((kind) => {
    const name = kindOf(kind);
    return `${name}(offset: Int, limit: Int, order: OrderInput, ids: [ID], hfid: [String], partial_match: Boolean, ${COMMON_FILTERS}, ${filtersOf(kind, kinds)}): Paginated${name}`;
  });
  const query = `type Query { ${root.join('\n')} Branch(ids: [ID], name: String): [BranchInfo] InfrahubInfo: Info }`;
  const schema = buildSchema([PREAMBLE, ...attributes, ...kinds.map(typesOf), query].join('\n'));
  const bigInt = schema.getType('BigInt') as GraphQLScalarType;
  bigInt.serialize = (value) => value as number;
  bigInt.parseValue = (value) => {
    if (typeof value !== 'number') throw new TypeError(`BigInt cannot represent value: ${JSON.stringify(value)}`);
    return value;
  };
  return schema;
}

function typesOf(kind: KindModel): string {
  const name = kindOf(kind);
  const attributes = Object.entries(kind.attributes).map(([field, type]) => `${field}: ${(TYPES[type] ?? TEXT)[0]}`);
  const relationships = Object.entries(kind.relationships ?? {}).map(([field, { peer, many }]) =>
    many ? `${field}(offset: Int, limit: Int, ids: [ID]): NestedPaginated${peer}` : `${field}: NestedEdged${peer}`,
  );
  const fields = `id: String! hfid: [String] display_label: String ${[...attributes, ...relationships].join(' ')}`;
  const head = kind.isGeneric
    ? `interface ${name}`
    : `type ${name}${kind.generic ? ` implements ${kind.generic}` : ''}`;
  return `${head} { ${fields} }
type Paginated${name} { count: Int! edges: [Edged${name}!]! }
type Edged${name} { node: ${name} }
type NestedEdged${name} { node: ${name} }
type NestedPaginated${name} { count: Int! edges: [NestedEdged${name}!]! }`;
}

function filtersOf(kind: KindModel, kinds: readonly KindModel[]): string {
  const own = attributeFilters(kind, '');
  const peers = Object.entries(kind.relationships ?? {}).flatMap(([field, { peer }]) => {
    const model = kinds.find((one) => kindOf(one) === peer);
    return [
      `${field}__ids: [ID]`,
      `${field}__isnull: Boolean`,
      ...(model ? attributeFilters(model, `${field}__`) : []),
    ];
  });
  return [...own, ...peers].join(', ');
}

function attributeFilters({ attributes }: KindModel, prefix: string): string[] {
  return Object.entries(attributes).flatMap(([field, type]) => {
    const [, value] = TYPES[type] ?? TEXT;
    const name = `${prefix}${field}`;
    return [`${name}__value: ${value}`, `${name}__values: [${value}]`, `${name}__isnull: Boolean`];
  });
}
