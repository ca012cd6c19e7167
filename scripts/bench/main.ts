/**
 * `pnpm bench`: every part in a process of its own, one after the other, and a table of what they measured beside the
 * targets. Words choose parts by their name: `pnpm bench ingest`. `--write` also puts what was measured into the table of
 * docs/performance.md; rows of other parts stay as they are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, type } from 'node:os';
import { parseArgs } from 'node:util';
import { replaceSection } from '@device-exporters/exporter/docs';
import type { Row } from './row.ts';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENT = new URL('docs/performance.md', ROOT);

const PARTS = [
  'scripts/bench/exposition.ts',
  'scripts/bench/requests.ts',
  'apps/loxone-exporter/bench/ingest.ts',
  'apps/loxone-exporter/bench/latency.ts',
  'apps/loxone-exporter/bench/start.ts',
  'apps/loxone-exporter/bench/running.ts',
  'packages/tplink/bench/polling.ts',
  'apps/tapo-exporter/bench/running.ts',
  'packages/graphite/bench/output.ts',
  'apps/ecoflow-exporter/bench/running.ts',
  'apps/infrahub-exporter/bench/running.ts',
];

async function rowsOf(part: string): Promise<Row[]> {
  const child = spawn(process.execPath, ['--expose-gc', part], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${part} ended with exit code ${code}`);
  return JSON.parse(text) as Row[];
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, ours, peer, ratio, target, isMet }) => {
    const times = ratio === undefined ? '' : `${ratio.toPrecision(3)}×`;
    const met = isMet ? 'yes' : '**no**';
    return `| ${[what, ours, peer, times, target, target === '' ? '' : met].join(' | ')} |`;
  });
  const head = ['| what | ours | plain | times better | target | met |', '|---|---:|---:|---:|---|---|'];
  return [...head, ...lines].join('\n');
}

/** The table with the rows of the document that were not measured now, in their order; new rows come last. */
function withOthers(text: string, table: string): string {
  const nameOf = (line: string): string => line.split('|')[1]?.trim() ?? '';
  const isRow = (line: string): boolean =>
    line.startsWith('| ') && nameOf(line) !== 'what' && !nameOf(line).startsWith('--');
  const [head = '', rule = '', ...measured] = table.split('\n');
  const byName = new Map(measured.map((line) => [nameOf(line), line]));
  const kept = text
    .split('\n')
    .filter(isRow)
    .map((line) => {
      const own = byName.get(nameOf(line));
      byName.delete(nameOf(line));
      return own ?? line;
    });
  return [head, rule, ...kept, ...byName.values()].join('\n');
}

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (!existsSync(new URL('apps/loxone-exporter/dist/main.js', ROOT))) {
  console.error('There is no bundle to measure; run `pnpm build` first.');
  process.exit(1);
}
const rows: Row[] = [];
for (const part of PARTS) {
  if (positionals.length > 0 && !positionals.some((word) => part.includes(word))) continue;
  console.error(`measuring ${part} …`);
  rows.push(...(await rowsOf(part)));
}
console.log(tableOf(rows));
if (values.write) {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${type()}, Node.js ${process.version}`;
  const text = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(DOCUMENT, replaceSection(text, 'measurements', `${machine}\n\n${withOthers(text, tableOf(rows))}`));
}
