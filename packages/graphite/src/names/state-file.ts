import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is kept of names on disk: device id → name. */
export interface NameStore {
  /** The names of an earlier run. A file that cannot be understood is put aside, never overwritten. @throws */
  load(): Map<string, string>;
  /** Replaces what is kept, as a whole or not at all. @throws an error of the file system */
  save(names: ReadonlyMap<string, string>): void;
}

/** The state file is there, but what is in it is not ours. */
export class InvalidStateError extends Error {}

const VERSION = 1;

/** Names in a small JSON file: `{"version": 1, "names": {"<id>": "<name>"}}`. */
export function nameFile(file: string): NameStore {
  return {
    load() {
      const text = textOf(file);
      if (text === undefined) return new Map();
      try {
        return parsed(text);
      } catch (cause) {
        renameSync(file, `${file}.broken`);
        throw new InvalidStateError(`${file} cannot be understood; it is kept as ${file}.broken`, { cause });
      }
    },
    save(names) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
      const temporary = `${file}.new`;
      const content = { version: VERSION, names: Object.fromEntries([...names].sort()) };
      writeFileSync(temporary, `${JSON.stringify(content, undefined, 2)}\n`, { flush: true, mode: 0o640 });
      renameSync(temporary, file);
      syncDirectory(dirname(file));
    },
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsed(text: string): Map<string, string> {
  const content: unknown = JSON.parse(text);
  const { version, names } = isRecord(content) ? content : {};
  if (version !== VERSION || !isRecord(names)) throw new InvalidStateError(`expected names of version ${VERSION}`);
  const entries = Object.entries(names).map(([id, name]): [string, string] => {
    if (typeof name === 'string' && /^[a-z0-9_]+$/.test(name)) return [id, name];
    throw new InvalidStateError(`the name of ${id} is none: ${JSON.stringify(name)}`);
  });
  return new Map(entries);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without it the new name of the file may be gone after a power cut. */
function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
