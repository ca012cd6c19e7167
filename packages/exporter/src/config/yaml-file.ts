import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import { ConfigurationError, type Problem } from './problem.ts';

/** No configuration is longer; what is, is another file given by mistake. */
const MAX_BYTES = 4 * 1024 * 1024;

export type KeyPath = readonly (string | number)[];

/** A configuration file that could be read, with the way from a key back to its line. */
export interface ConfigFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** `config.yml:12`, the line of this key where it has one. */
  placeOf(path: KeyPath): string;
  /** A number or switch as it was written: `0123` where YAML read 123. */
  writtenAs(path: KeyPath): string | undefined;
}

/**
 * Reads a YAML file.
 *
 * @throws {ConfigurationError} when it cannot be read or is no YAML map, with every syntax error
 */
export function readYamlFile(path: string): ConfigFile {
  return parseYaml(path, readText(path));
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= MAX_BYTES) return bytes.toString('utf8');
  } catch (error) {
    throw failure(path, `cannot be read: ${(error as Error).message}`);
  }
  throw failure(path, `is longer than ${MAX_BYTES} bytes`);
}

/** {@link readYamlFile} for a text that is there already. */
function parseYaml(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors.map(faultOf), ...deadAliases(document)];
  if (faults.length > 0) {
    const problems = faults.map(({ message, offset }): Problem => {
      const { line, col } = lines.linePos(offset);
      return { source: `${path}:${line}:${col}`, key: '', message: `no valid YAML: ${message}` };
    });
    throw new ConfigurationError(problems);
  }
  if (document.contents !== null && !isMap(document.contents))
    throw failure(path, 'expected keys and values at the top');
  const nodeAt = (keys: KeyPath): Node | undefined => document.getIn(keys, true) as Node | undefined;
  return {
    path,
    content: toPlain(path, () => document.toJS({ maxAliasCount: 100 })),
    placeOf(keys) {
      const offset = nodeAt(keys)?.range?.[0];
      return offset === undefined ? path : `${path}:${lines.linePos(offset).line}`;
    },
    writtenAs(keys) {
      const node = nodeAt(keys);
      return isScalar(node) && typeof node.value !== 'string' ? node.source : undefined;
    },
  };
}

/** Something that is no YAML, and where it begins. */
interface Fault {
  readonly message: string;
  readonly offset: number;
}

/** Errors whose words say what is wrong and never what stands there. */
const TELLING = new Set(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'DUPLICATE_KEY', 'MISSING_CHAR', 'TAB_AS_INDENT']);

/** What stands there may be a password, as one that begins with `*`, `!` or `|` and is not quoted is no text. */
function faultOf({ code, message, pos }: YAMLError): Fault {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return { message: TELLING.has(code) ? oneLine(message) : `${words}; are quotes missing?`, offset: pos[0] };
}

function deadAliases(document: Document): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({ message: 'alias of nothing; are quotes missing?', offset: alias.range?.[0] ?? 0 });
    },
  });
  return faults;
}

/** Aliases may multiply without end; yaml stops them with an error. */
function toPlain(path: string, convert: () => unknown): Record<string, unknown> {
  try {
    return (convert() ?? {}) as Record<string, unknown>;
  } catch {
    throw failure(path, 'no valid YAML: its aliases multiply too much');
  }
}

function failure(source: string, message: string): ConfigurationError {
  return new ConfigurationError([{ source, key: '', message }]);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
