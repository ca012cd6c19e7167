import { expect, test } from 'vitest';
import { hasReference, readReference } from '../../test/reference.ts';
import { parseSchema } from '../infrahub/schema.ts';
import { argumentsOf } from './filters.ts';

interface GraphqlType {
  readonly kind: string;
  readonly name: string;
  readonly ofType: GraphqlType;
}

interface Introspection {
  readonly response: {
    readonly body: { readonly data: { readonly __schema: { readonly types: readonly ObjectType[] } } };
  };
}

interface ObjectType {
  readonly name: string;
  readonly fields: readonly {
    readonly name: string;
    readonly args: readonly { readonly name: string; readonly type: GraphqlType }[];
  }[];
}

function textOf({ kind, name, ofType }: GraphqlType): string {
  if (kind === 'NON_NULL') return `${textOf(ofType)}!`;
  return kind === 'LIST' ? `[${textOf(ofType)}]` : name;
}

/** Something that may be of a type. */
function sampleOf(type: string): unknown {
  if (type.includes('Boolean')) return true;
  return type.includes('BigInt') ? 1 : 'x';
}

test.skipIf(!hasReference)('every filter that the reference schema has is of the type that it has there', () => {
  const schema = parseSchema(readReference<{ response: { body: unknown } }>('rest-schema.json').response.body);
  const { types } = readReference<Introspection>('introspection-subset.json').response.body.data.__schema;
  const query = types.find(({ name }) => name === 'Query');
  const wanted: string[] = [];
  const found: string[] = [];
  for (const { name: kind, args } of query?.fields ?? []) {
    if (schema.find(kind) === undefined) continue;
    for (const { name, type } of args) {
      if (['offset', 'limit', 'order'].includes(name)) continue;
      const expected = textOf(type);
      const [argument] = argumentsOf({ [name]: sampleOf(expected) }, schema.get(kind), schema);
      wanted.push(`${kind}.${name}: ${expected}`);
      found.push(`${kind}.${name}: ${argument?.type}`);
    }
  }
  expect(wanted.length).toBeGreaterThan(150);
  expect(found).toEqual(wanted);
});

test.each([
  ['161', 161],
  [' -5 ', -5],
  ['9223372036854775807', 9223372036854775807n],
  [161, 161],
  [null, null],
])('a number may be %j', (value, expected) => {
  const schema = parseSchema({ nodes: [{ kind: 'TestNode', attributes: [{ name: 'port', kind: 'Number' }] }] });
  expect(argumentsOf({ port__value: value }, schema.get('TestNode'), schema)[0]?.value).toBe(expected);
});

test.each(['', '1.5', '0x10', 'many', true, 1.5, {}])('a number may not be %j', (value) => {
  const schema = parseSchema({ nodes: [{ kind: 'TestNode', attributes: [{ name: 'port', kind: 'Number' }] }] });
  expect(() => argumentsOf({ port__value: value }, schema.get('TestNode'), schema)).toThrow('expected a value of type');
});
