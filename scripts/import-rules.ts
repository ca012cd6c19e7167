/**
 * Who may import whom, and that nobody does so in a circle: the rules of the house, checked over every import of every source file. Run by `pnpm lint`.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { importCycles, type SourceFile } from './import-cycles.ts';

/** Packages that a package's sources may import. What is not named here may import none. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  exporter: ['metrics', 'retry'],
  otlp: ['metrics', 'retry'],
  graphite: ['metrics', 'retry'],
  'loxone-protocol': ['retry'],
  'loxone-auth': ['retry'],
  tplink: ['retry'],
  simulators: ['retry', 'loxone-protocol', 'loxone-auth', 'tplink'],
};

const SCOPE = '@device-exporters/';

/** Every import that the rules do not allow, as one line each. */
export function violationsOf({ path, imports }: SourceFile): string[] {
  return imports.flatMap((specifier) => {
    const why = specifier.startsWith('.') ? relativeFault(path, specifier) : packageFault(path, specifier);
    return why === undefined ? [] : [`${path} imports ${specifier}: ${why}`];
  });
}

function relativeFault(path: string, specifier: string): string | undefined {
  const [area, room] = path.split('/');
  const target = normalize(join(dirname(path), specifier));
  const isOwn = target.startsWith(`${area}/${room}/`) || target.startsWith('scripts/');
  return isOwn ? undefined : 'a file of another room; import its package instead';
}

function packageFault(path: string, specifier: string): string | undefined {
  const [area, room = ''] = path.split('/');
  if (specifier.startsWith('prom-client') && room !== 'metrics') return 'prom-client is the business of metrics alone';
  const isTest = /\.test\.ts$/.test(path) || /^[^/]+\/[^/]+\/(test|bench)\//.test(path);
  if (!specifier.startsWith(SCOPE) || isTest) return undefined;
  const [target = '', ...inside] = specifier.slice(SCOPE.length).split('/');
  if (inside.length > 0) return 'only tests come in by a side door';
  if (target === 'simulators') return 'simulators are for tests and the demo';
  const allowed = MAY_IMPORT[room] ?? [];
  if (area === 'apps' || allowed.includes(target)) return undefined;
  return `${room} may import ${allowed.join(', ') || 'no package of ours'}`;
}

/** The specifiers of all imports and re-exports of a source text, dynamic ones with a literal included. */
export function importsOf(path: string, text: string): string[] {
  const specifiers: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, source } = node as { type?: string; source?: { value?: unknown } };
    const isImport = /^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(type ?? '');
    if (isImport && typeof source?.value === 'string') specifiers.push(source.value);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(text, { lang: 'ts', sourceType: 'module' }, path));
  return specifiers;
}

if (import.meta.main) {
  const paths = globSync('{apps,packages}/*/{src,test,bench}/**/*.ts');
  const files = paths.map((path) => ({ path, imports: importsOf(path, readFileSync(path, 'utf8')) }));
  const cycles = importCycles(files).map((cycle) => `files that import each other: ${cycle}`);
  const violations = [...files.flatMap(violationsOf), ...cycles];
  for (const violation of violations) console.error(violation);
  console.log(`import rules: ${paths.length} files, ${violations.length} violations`);
  process.exitCode = violations.length > 0 || paths.length === 0 ? 1 : 0;
}
