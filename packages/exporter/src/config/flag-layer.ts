import { expectedOf, readValue } from './formats.ts';
import { BROKEN, overlay, type Values } from './layer.ts';
import { type Problem, shown } from './problem.ts';
import { isSectionList, isSetting, type Schema, type SchemaNode } from './schema.ts';

/** Texts given on the command line, by flag without its dashes. */
export type FlagValues = Readonly<Record<string, string | undefined>>;

/** Reads the flags that settings name. */
export function readFlagLayer(
  flags: FlagValues,
  schema: Schema,
  folder: string,
): { values: Values; problems: Problem[] } {
  const problems: Problem[] = [];
  return { values: section(schema), problems };

  function section(node: Schema): Values {
    let values: Values = {};
    for (const [key, entry] of Object.entries(node)) {
      if (isSectionList(entry)) continue;
      const value = isSetting(entry) ? setting(entry) : section(entry);
      if (value !== undefined) values = overlay(values, { [key]: value }) as Values;
    }
    return values;
  }

  function setting(entry: SchemaNode): unknown {
    if (!isSetting(entry) || entry.flag === undefined) return undefined;
    const text = flags[entry.flag];
    if (text === undefined) return undefined;
    const value = readValue(text, entry, folder);
    if (value !== undefined) return value;
    problems.push({
      source: 'command line',
      key: `--${entry.flag}`,
      message: `expected ${expectedOf(entry)}, found ${shown(text)}`,
    });
    return BROKEN;
  }
}

/** Every flag that settings name, with its setting. */
export function flagsOf(schema: Schema): { flag: string; doc: string }[] {
  return Object.values(schema).flatMap((entry) => {
    if (isSectionList(entry)) return [];
    if (!isSetting(entry)) return flagsOf(entry);
    return entry.flag === undefined ? [] : [{ flag: entry.flag, doc: entry.doc }];
  });
}
