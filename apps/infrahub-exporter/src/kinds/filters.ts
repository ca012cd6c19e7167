import { InfrahubError } from '../infrahub/errors.ts';
import { hintOf, type InfrahubSchema, type KindSchema } from '../infrahub/schema.ts';

/** A filter as a GraphQL argument with a variable. */
export interface Argument {
  readonly name: string;
  /** `String`, `[BigInt]`. */
  readonly type: string;
  readonly value: unknown;
}

/** Type of the values of an attribute by its kind; all others are texts. */
const TYPES: Readonly<Record<string, string>> = {
  Number: 'BigInt',
  NumberPool: 'BigInt',
  Bandwidth: 'BigInt',
  Boolean: 'Boolean',
  Checkbox: 'Boolean',
  List: 'GenericScalar',
  JSON: 'GenericScalar',
  Any: 'GenericScalar',
};

/** Filters that every kind has. */
const COMMON: Readonly<Record<string, string>> = {
  ids: '[ID]',
  hfid: '[String]',
  any__value: 'GenericScalar',
  any__values: '[GenericScalar]',
  partial_match: 'Boolean',
  display_label__value: 'String',
  display_label__values: '[String]',
};

const OF_ATTRIBUTES: Readonly<Record<string, string>> = {
  isnull: 'Boolean',
  is_protected: 'Boolean',
  is_visible: 'Boolean',
  source__id: 'ID',
  owner__id: 'ID',
};

/**
 * Filters as typed arguments, so that nothing of a value ever becomes part of the query.
 *
 * @throws {InfrahubError} `schema` when a filter is none of the kind's, or its value not of its type
 */
export function argumentsOf(
  filters: Readonly<Record<string, unknown>>,
  kind: KindSchema,
  schema: InfrahubSchema,
): Argument[] {
  return Object.entries(filters).map(([name, value]) => {
    const type = typeOf(name, kind, schema);
    if (type === undefined) {
      const known = [
        ...Object.keys(COMMON),
        ...[...kind.attributes.keys()].flatMap((one) => [`${one}__value`, `${one}__values`, `${one}__isnull`]),
        ...[...kind.relationships.keys()].flatMap((one) => [`${one}__ids`, `${one}__isnull`]),
      ];
      throw new InfrahubError('schema', `${kind.kind} has no filter ${name}${hintOf(name, known)}`);
    }
    return { name, type, value: coerced(value, type, `${kind.kind}: filter ${name}`) };
  });
}

function typeOf(name: string, kind: KindSchema, schema: InfrahubSchema): string | undefined {
  if (Object.hasOwn(COMMON, name)) return COMMON[name];
  if (/^node_metadata__(created|updated)_at(__(before|after))?$/.test(name)) return 'DateTime';
  const [field = '', ...rest] = splitField(name, [...kind.attributes.keys(), ...kind.relationships.keys()]);
  const attribute = kind.attributes.get(field);
  if (attribute !== undefined) return typeOfAttributeFilter(rest.join('__'), attribute);
  const relationship = kind.relationships.get(field);
  if (relationship === undefined) return undefined;
  const ending = rest.join('__');
  if (ending === 'ids') return '[ID]';
  if (ending === 'isnull') return 'Boolean';
  return typeOfPeerFilter(ending, schema.find(relationship.peer));
}

function typeOfPeerFilter(name: string, peer: KindSchema | undefined): string | undefined {
  const [field = '', ...rest] = splitField(name, [...(peer?.attributes.keys() ?? [])]);
  const attribute = peer?.attributes.get(field);
  if (attribute !== undefined) return typeOfAttributeFilter(rest.join('__'), attribute);
  // A peer that the schema leaves out, such as CoreGroup: its names and labels are texts.
  if (peer === undefined && rest.join('__') === 'value') return 'String';
  return peer === undefined && rest.join('__') === 'values' ? '[String]' : undefined;
}

function typeOfAttributeFilter(ending: string, kind: string): string | undefined {
  const type = TYPES[kind] ?? 'String';
  if (ending === 'value') return type;
  return ending === 'values' ? `[${type}]` : OF_ATTRIBUTES[ending];
}

/** The field at the beginning of a filter's name, and the rest of it. */
function splitField(name: string, fields: readonly string[]): string[] {
  const field = fields.filter((one) => name.startsWith(`${one}__`)).toSorted((a, b) => b.length - a.length)[0];
  return field === undefined ? name.split('__') : [field, ...name.slice(field.length + 2).split('__')];
}

/** Configurations of the original have texts for everything; servers refuse a text where they want a number. */
function coerced(value: unknown, type: string, what: string): unknown {
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1);
    return (Array.isArray(value) ? value : [value]).map((item: unknown) => coerced(item, inner, what));
  }
  const scalar = value === null ? null : scalarOf(value, type);
  if (scalar === undefined) {
    throw new InfrahubError('schema', `${what}: expected a value of type ${type}, found ${JSON.stringify(value)}`);
  }
  return scalar;
}

function scalarOf(value: unknown, type: string): unknown {
  if (type === 'GenericScalar') return value;
  if (type === 'BigInt') {
    if (typeof value === 'string') return wholeNumberIn(value.trim());
    return Number.isInteger(value) ? value : undefined;
  }
  if (type === 'Boolean') {
    const word = String(value).toLowerCase();
    return word === 'true' || (word === 'false' ? false : undefined);
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** With all its digits, however many. */
function wholeNumberIn(text: string): number | bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''));
}
