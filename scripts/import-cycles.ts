import { dirname, join, normalize } from 'node:path';

/** A file and what it imports, types included. */
export interface SourceFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly imports: readonly string[];
}

/**
 * Files that import each other in a circle, types included: `a.ts → b.ts → a.ts`, one circle for each file that closes one.
 * Who reads one of them has to read all of them.
 */
export function importCycles(files: readonly SourceFile[]): string[] {
  const targetsOf = new Map(files.map(({ path, imports }) => [path, imports.map((to) => resolved(path, to))]));
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at !== -1) cycles.push([...trail.slice(at), path].join(' → '));
    if (at !== -1 || done.has(path)) return;
    trail.push(path);
    for (const target of targetsOf.get(path) ?? []) if (targetsOf.has(target)) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return cycles;
}

function resolved(from: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier;
}
