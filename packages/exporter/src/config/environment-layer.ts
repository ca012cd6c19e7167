import { join } from 'node:path';
import { type Layer, readFileLayer } from './file-layer.ts';
import { expectedOf, readValue } from './formats.ts';
import { asWhole, BROKEN, type Values } from './layer.ts';
import { nearest } from './nearest.ts';
import { type Problem, shown } from './problem.ts';
import {
  isSecret,
  isSectionList,
  isSetting,
  namesOfEnv,
  type Schema,
  type SchemaNode,
  type SectionList,
  type Setting,
} from './schema.ts';
import { Secret } from './secret.ts';
import { readSecretFile } from './secret-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const TWIN = '_FILE';
const TWIN_AT_END = new RegExp(`${TWIN}$`);
const SOURCE = 'environment';

/** Reads the variables that a schema names; an empty variable counts as not set. */
export function readEnvironmentLayer(environment: Environment, schema: Schema, folder: string): Layer {
  const problems: Problem[] = [];
  return { values: section(schema), problems, unknownKeys: misspelled(environment, variablesOf(schema)) };

  function section(node: Schema): Values {
    const values: Values = {};
    for (const [key, entry] of Object.entries(node)) {
      const value = anything(entry);
      if (value !== undefined) values[key] = value;
    }
    return values;
  }

  function anything(entry: SchemaNode): unknown {
    if (isSetting(entry)) return entry.envPrefix === undefined ? setting(entry) : map(entry.envPrefix);
    if (isSectionList(entry)) return list(entry);
    const values = section(entry);
    return Object.keys(values).length === 0 ? undefined : values;
  }

  function list(entry: SectionList): unknown {
    const { env: name, items } = entry;
    const text = name && environment[name];
    if (name && text) return listFromJson(name, entry, text);
    const first = section(items);
    return Object.keys(first).length === 0 ? undefined : [first];
  }

  function listFromJson(name: string, list: SectionList, text: string): unknown {
    const content = { [name]: fromJson(text) };
    if (!Array.isArray(content[name])) return report(name, `expected a list of sections as JSON, found ${shown(text)}`);
    const file = { path: join(folder, SOURCE), content, placeOf: () => SOURCE, writtenAs: () => undefined };
    const layer = readFileLayer(file, { [name]: list });
    problems.push(...layer.problems, ...layer.unknownKeys);
    return asWhole(layer.values[name] as unknown[]);
  }

  function setting(node: Setting): unknown {
    for (const name of namesOfEnv(node)) {
      const text = environment[name] || undefined;
      const value = isSecret(node) ? secret(name, text) : text && plain(node, name, text);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  function plain(node: Setting, name: string, text: string): unknown {
    return readValue(text, node, folder) ?? report(name, `expected ${expectedOf(node)}, found ${shown(text)}`);
  }

  function secret(name: string, text: string | undefined): unknown {
    const file = environment[name + TWIN] || undefined;
    if (file === undefined) return text;
    if (text !== undefined) return report(name + TWIN, `${name} is set as well; set one of the two`);
    try {
      return readSecretFile(file, folder);
    } catch (error) {
      return report(name + TWIN, (error as Error).message);
    }
  }

  /** Entries by the rest of their variable's name. They may be secrets, as headers are: `…_FILE` names a file of one. */
  function map(prefix: string): unknown {
    const variables = Object.keys(environment).filter((name) => name.startsWith(prefix));
    const names = new Set(variables.map((name) => name.replace(TWIN_AT_END, '')));
    const entries = [...names].flatMap((name) => {
      const value = secret(name, environment[name]);
      if (value === undefined || name.length <= prefix.length) return [];
      return [[name.slice(prefix.length), value instanceof Secret ? value.reveal() : value] as const];
    });
    if (entries.some(([, value]) => value === BROKEN)) return BROKEN;
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  function report(key: string, message: string): typeof BROKEN {
    problems.push({ source: SOURCE, key, message });
    return BROKEN;
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every variable of a schema, `…_FILE` twins included. */
export function variablesOf(schema: Schema): string[] {
  return Object.values(schema).flatMap((entry) => {
    if (isSectionList(entry)) return [...(entry.env === undefined ? [] : [entry.env]), ...variablesOf(entry.items)];
    if (!isSetting(entry)) return variablesOf(entry);
    return namesOfEnv(entry).flatMap((name) => (isSecret(entry) ? [name, name + TWIN] : [name]));
  });
}

/**
 * Variables that nearly have a known name. Others with our prefix are left alone: Kubernetes sets `…_SERVICE_HOST` and
 * the like for every Service.
 */
function misspelled(environment: Environment, known: readonly string[]): Problem[] {
  const prefixes = new Set(known.map((name) => name.slice(0, name.indexOf('_') + 1)));
  return Object.keys(environment)
    .filter((name) => !known.includes(name) && [...prefixes].some((prefix) => prefix !== '' && name.startsWith(prefix)))
    .flatMap((name) => {
      const near = nearest(name, known);
      return near === undefined
        ? []
        : [{ source: SOURCE, key: name, message: `unknown variable; did you mean ${near}?` }];
    });
}
