import { BROKEN, keyText, type Values } from '../config/layer.ts';
import { nearest } from '../config/nearest.ts';
import { type Problem, shown } from '../config/problem.ts';
import type { ConfigFile, KeyPath } from '../config/yaml-file.ts';

/** One section of a web configuration, its values by key and the way to say what is wrong with one of them. */
export interface Section {
  readonly name: string;
  /** Formats are checked; what was wrong is undefined here and a problem already. */
  readonly values: Values;
  /** @param key within the section; empty: the section itself */
  report(key: string | KeyPath, message: string): void;
}

/** A section of a file. @param problems takes what is reported */
export function sectionOf(file: ConfigFile, name: string, all: Values, problems: Problem[]): Section {
  const given = (all[name] === BROKEN ? undefined : all[name]) ?? {};
  const values = Object.entries(given).filter(([, value]) => value !== BROKEN && value !== null);
  return {
    name,
    values: Object.fromEntries(values),
    report(key, message) {
      const path = [name, key].flat();
      problems.push({ source: file.placeOf(path), key: keyText(path), message });
    },
  };
}

/** What a word of a section stands for; a word that stands for nothing is reported, with the nearest that does. */
export function meaningOf<T>(
  { values, report }: Section,
  key: string,
  words: Readonly<Record<string, T>>,
): T | undefined {
  const word = values[key];
  return typeof word === 'string' && word !== '' ? lookUp(word, words, (message) => report(key, message)) : undefined;
}

/** {@link meaningOf} for every word of a list. */
export function meaningsOf<T>({ values, report }: Section, key: string, words: Readonly<Record<string, T>>): T[] {
  const list = (values[key] ?? []) as readonly string[];
  return list.flatMap((word) => lookUp(word, words, (message) => report(key, message)) ?? []);
}

function lookUp<T>(word: string, words: Readonly<Record<string, T>>, report: (message: string) => void): T | undefined {
  if (Object.hasOwn(words, word)) return words[word];
  const near = nearest(word, Object.keys(words));
  const hint = near === undefined ? `; expected one of ${Object.keys(words).join(', ')}` : `; did you mean ${near}?`;
  report(`unknown name ${shown(word)}${hint}`);
  return undefined;
}
