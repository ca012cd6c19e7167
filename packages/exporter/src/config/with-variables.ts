import { isSectionList, isSetting, type Schema, type SchemaNode } from './schema.ts';

/** What parts the levels in the name of a variable. */
const LEVEL = '__';

/**
 * A schema whose every setting has a variable named after its place: `PREFIX_SECTION__KEY`. Lists of sections have one for
 * the whole list, as JSON; the variables that a setting has already count after it.
 */
export function withVariables<S extends Schema>(prefix: string, schema: S): S {
  const entries = Object.entries(schema).map(([key, entry]) => [key, named(`${prefix}${key.toUpperCase()}`, entry)]);
  return Object.fromEntries(entries) as S;
}

function named(name: string, entry: SchemaNode): SchemaNode {
  if (isSectionList(entry)) return { ...entry, env: name };
  if (!isSetting(entry)) return withVariables(`${name}${LEVEL}`, entry);
  if (entry.format === 'text-map') return { ...entry, envPrefix: `${name}${LEVEL}` };
  return { ...entry, env: [name, ...[entry.env ?? []].flat()] };
}
