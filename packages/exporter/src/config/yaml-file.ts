import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
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
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }): Problem => {
      const { line, col } = lines.linePos(pos[0]);
      return { source: `${path}:${line}:${col}`, key: '', message: `no valid YAML: ${oneLine(message)}` };
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

/** Aliases may multiply without end; yaml stops them with an error. */
function toPlain(path: string, convert: () => unknown): Record<string, unknown> {
  try {
    return (convert() ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw failure(path, `no valid YAML: ${oneLine((error as Error).message)}`);
  }
}

function failure(source: string, message: string): ConfigurationError {
  return new ConfigurationError([{ source, key: '', message }]);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
