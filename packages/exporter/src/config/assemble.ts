import convict from 'convict';
import { expectedOf, readValue } from './formats.ts';
import { BROKEN, type Values } from './layer.ts';
import {
  type ConfigOf,
  isSecret,
  isSectionList,
  isSetting,
  type Schema,
  type SchemaNode,
  type SectionList,
  type Setting,
} from './schema.ts';
import { Secret } from './secret.ts';

/**
 * Completes values with the defaults of a schema. convict holds the defaults, refuses what the schema does not know and
 * checks every value once more.
 *
 * @throws {Error} when a value is not of its setting's format: the layers let it through by mistake
 */
export function assemble<S extends Schema>(schema: S, values: Values): ConfigOf<S> {
  const config = convict<Values>(toConvict(schema) as convict.Schema<Values>, { env: {}, args: [] });
  config.load(plainValues(schema, values));
  config.validate({ allowed: 'strict' });
  return complete(schema, config.getProperties(), values) as ConfigOf<S>;
}

function toConvict(schema: Schema): Values {
  const entries = Object.entries(schema).map(([key, entry]) => {
    if (isSpecial(entry)) return [key, { format: () => {}, default: [] }];
    if (!isSetting(entry)) return [key, toConvict(entry)];
    return [key, { doc: entry.doc, format: (value: unknown) => check(entry, value), default: entry.default }];
  });
  return Object.fromEntries(entries) as Values;
}

function check(setting: Setting, value: unknown): void {
  if (value !== null && readValue(value, setting, '/') === undefined)
    throw new TypeError(`expected ${expectedOf(setting)}`);
}

/** Lists of sections, maps whose keys may hold dots, and secrets: convict's copies would take them apart. */
function isSpecial(entry: SchemaNode): entry is SectionList | Setting {
  return (
    isSectionList(entry) ||
    (isSetting(entry) && (isSecret(entry) || ['text-map', 'list-map', 'map-list'].includes(String(entry.format))))
  );
}

function plainValues(schema: Schema, values: Values): Values {
  const entries = Object.entries(schema).flatMap(([key, entry]) => {
    const value = values[key];
    if (value === undefined || value === BROKEN || isSpecial(entry)) return [];
    return [[key, isSetting(entry) ? value : plainValues(entry, value as Values)] as const];
  });
  return Object.fromEntries(entries);
}

/** Our own values where there are some (convict turns texts into what it takes the default for), else the defaults. */
function complete(schema: Schema, defaults: Values, values: Values): Values {
  const entries = Object.entries(schema).map(([key, entry]) => {
    const value = values[key] === BROKEN ? undefined : values[key];
    if (isSectionList(entry)) return [key, itemsOf(value).map((item) => assemble(entry.items, item))] as const;
    if (!isSetting(entry)) return [key, complete(entry, defaults[key] as Values, (value ?? {}) as Values)] as const;
    const byDefault = isSpecial(entry) ? entry.default : defaults[key];
    const chosen = value === undefined ? byDefault : value;
    return [key, isSecret(entry) && typeof chosen === 'string' ? new Secret(chosen) : chosen] as const;
  });
  return Object.fromEntries(entries);
}

function itemsOf(list: unknown): Values[] {
  return Array.isArray(list) ? list.filter((item) => item !== BROKEN) : [];
}
