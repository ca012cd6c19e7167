import { createHash } from 'node:crypto';
import { type KindModel, kindOf } from './model.ts';

/** The answer of `GET /api/schema`. */
export function restSchemaOf(kinds: readonly KindModel[]): Record<string, unknown> {
  const sections = { nodes: kinds.filter((one) => !one.isGeneric), generics: kinds.filter((one) => one.isGeneric) };
  return {
    main: hashOf(kinds),
    nodes: sections.nodes.map((one) => restKind(one)),
    generics: sections.generics.map((one) => restKind(one)),
    profiles: [],
    templates: [],
    namespaces: [...new Set(kinds.map(({ namespace }) => namespace))].map((name) => ({ name, user_editable: true })),
  };
}

/** The answer of `GET /api/schema/summary`: hashes only. */
export function schemaSummaryOf(kinds: readonly KindModel[]): Record<string, unknown> {
  const hashes = (isGeneric: boolean): Record<string, string> =>
    Object.fromEntries(
      kinds.filter((one) => (one.isGeneric === true) === isGeneric).map((one) => [kindOf(one), hashOf(one)]),
    );
  return { main: hashOf(kinds), nodes: hashes(false), generics: hashes(true) };
}

/** The answer of `GET /api/schema/{kind}`. */
export function restKind(model: KindModel): Record<string, unknown> {
  const { namespace, name, attributes, relationships = {}, humanFriendlyId, displayLabel, generic } = model;
  return {
    kind: kindOf(model),
    namespace,
    name,
    attributes: Object.entries(attributes).map(([field, kind]) => ({
      name: field,
      kind,
      optional: true,
      read_only: false,
    })),
    relationships: Object.entries(relationships).map(([field, { peer, many }]) => ({
      name: field,
      peer,
      kind: 'Attribute',
      cardinality: many ? 'many' : 'one',
      optional: true,
    })),
    human_friendly_id: humanFriendlyId ?? null,
    display_labels: [displayLabel ?? 'name__value'],
    order_by: ['name__value'],
    inherit_from: generic === undefined ? [] : [generic],
    hash: hashOf(model),
  };
}

function hashOf(value: unknown): string {
  return createHash('md5').update(JSON.stringify(value)).digest('hex');
}
