import { keyText, type Values } from './layer.ts';
import type { Problem } from './problem.ts';
import { isSecret, isSectionList, isSetting, namesOfEnv, type Schema, type Setting } from './schema.ts';
import type { ConfigFile, KeyPath } from './yaml-file.ts';

/** Required settings that no source gives, or gives empty. */
export function missingValues(schema: Schema, values: Values, file: ConfigFile | undefined): Problem[] {
  return section(schema, values, []);

  function section(node: Schema, content: Values, path: KeyPath): Problem[] {
    return Object.entries(node).flatMap(([key, entry]) => {
      const value = content[key];
      const keyPath = [...path, key];
      if (isSectionList(entry)) return items(entry.items, value, keyPath);
      if (!isSetting(entry)) return isValues(value) ? section(entry, value, keyPath) : [];
      const isMissing = entry.required === true && (value === undefined || value === '');
      return isMissing ? [problem(entry, keyPath, value === '')] : [];
    });
  }

  function items(node: Schema, value: unknown, path: KeyPath): Problem[] {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => (isValues(item) ? section(node, item, [...path, index]) : []));
  }

  function problem(setting: Setting, path: KeyPath, isEmpty: boolean): Problem {
    const parent = path.slice(0, -1);
    const source = file?.placeOf(isEmpty ? path : parent) ?? 'configuration';
    return {
      source,
      key: keyText(path),
      message: `${isEmpty ? 'must not be empty' : 'is missing'}${otherWays(setting, path)}`,
    };
  }
}

/** A section that is not there has nothing missing: what is required of it is required once somebody opens it. */
function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

/** How else the setting can be given: the variable belongs to the first item of a list. */
function otherWays(setting: Setting, path: KeyPath): string {
  const [name] = namesOfEnv(setting);
  if (name === undefined || path.some((part) => typeof part === 'number' && part > 0)) return '';
  return ` (also: variable ${name}${isSecret(setting) ? ` or ${name}_FILE` : ''})`;
}
