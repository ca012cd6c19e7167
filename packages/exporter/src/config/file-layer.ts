import { dirname } from 'node:path';
import { expectedOf, readValue } from './formats.ts';
import { BROKEN, keyText, type Values } from './layer.ts';
import { nearest } from './nearest.ts';
import { kindOf, type Problem, shown } from './problem.ts';
import { isSecret, isSectionList, isSetting, type Schema, type SectionList, type Setting } from './schema.ts';
import { readSecretFile } from './secret-file.ts';
import type { ConfigFile, KeyPath } from './yaml-file.ts';

/** What a file says, and what is wrong with it. */
export interface Layer {
  readonly values: Values;
  readonly problems: Problem[];
  /** Keys that the schema does not know; the caller decides whether they are problems or warnings. */
  readonly unknownKeys: Problem[];
}

const TWIN = '_file';

/** Reads the values of a configuration file; every problem at once. */
export function readFileLayer(file: ConfigFile, schema: Schema): Layer {
  const problems: Problem[] = [];
  const unknownKeys: Problem[] = [];
  return { values: section(schema, file.content, []), problems, unknownKeys };

  function report(path: KeyPath, message: string): typeof BROKEN {
    problems.push({ source: file.placeOf(path), key: keyText(path), message });
    return BROKEN;
  }

  function section(node: Schema, content: Readonly<Record<string, unknown>>, path: KeyPath): Values {
    const values: Values = {};
    for (const [key, raw] of Object.entries(content)) {
      const keyPath = [...path, key];
      const entry = Object.hasOwn(node, key) ? node[key] : undefined;
      const secretKey = secretOfTwin(node, key);
      if (entry !== undefined) values[key] = anything(entry, raw, keyPath);
      else if (secretKey !== undefined) values[secretKey] = secretFile(raw, keyPath, content[secretKey] !== undefined);
      else unknown(node, keyPath);
    }
    return values;
  }

  function anything(node: Setting | SectionList | Schema, raw: unknown, path: KeyPath): unknown {
    if (isSetting(node)) return setting(node, raw, path);
    if (isSectionList(node)) return items(node, raw, path);
    if (raw === null) return undefined;
    return isSection(raw) ? section(node, raw, path) : report(path, `expected a section of keys, found ${kindOf(raw)}`);
  }

  function items(node: SectionList, raw: unknown, path: KeyPath): unknown {
    if (raw === null) return undefined;
    if (!Array.isArray(raw)) return report(path, `expected a list of sections, found ${kindOf(raw)}`);
    return raw.map((item: unknown, index) => {
      const itemPath = [...path, index];
      return isSection(item)
        ? section(node.items, item, itemPath)
        : report(itemPath, `expected a section of keys, found ${kindOf(item)}`);
    });
  }

  function setting(node: Setting, raw: unknown, path: KeyPath): unknown {
    const written = isTextual(node) ? (file.writtenAs(path) ?? raw) : raw;
    const value = readValue(raw === null ? null : written, node, dirname(file.path));
    if (value !== undefined) return value;
    const found = maySecretsBeIn(node) ? '' : `, found ${shown(raw)}`;
    return report(path, `expected ${expectedOf(node)}${found}`);
  }

  function secretFile(raw: unknown, path: KeyPath, isDoubled: boolean): unknown {
    if (isDoubled) return report(path, 'the secret itself is given as well; give one of the two');
    if (raw === null) return undefined;
    if (typeof raw !== 'string' || raw === '') return report(path, `expected the path of a file, found ${shown(raw)}`);
    try {
      return readSecretFile(raw, dirname(file.path));
    } catch (error) {
      return report(path, (error as Error).message);
    }
  }

  function unknown(node: Schema, path: KeyPath): void {
    const known = Object.keys(node).flatMap((key) =>
      secretOfTwin(node, key + TWIN) === undefined ? key : [key, key + TWIN],
    );
    const near = nearest(String(path.at(-1)), known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    unknownKeys.push({ source: file.placeOf(path), key: keyText(path), message: `unknown key${hint}` });
  }
}

/** `password` for `password_file`, where that is a secret. */
function secretOfTwin(node: Schema, key: string): string | undefined {
  const name = key.endsWith(TWIN) ? key.slice(0, -TWIN.length) : '';
  const entry = Object.hasOwn(node, name) ? node[name] : undefined;
  return entry !== undefined && isSetting(entry) && isSecret(entry) ? name : undefined;
}

function isTextual({ format }: Setting): boolean {
  return ['text', 'secret', 'host', 'file'].includes(String(format));
}

function isSection(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Secrets themselves, and sections of texts: headers of a request, accounts. */
function maySecretsBeIn(node: Setting): boolean {
  return isSecret(node) || node.format === 'text-map';
}
