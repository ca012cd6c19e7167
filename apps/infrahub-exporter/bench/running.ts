/** A hundred thousand nodes, as metrics and as a list of targets: how long a round takes, and what it costs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readPage } from '@device-exporters/exporter/testing';
import { manyDevices, startInfrahub } from '@device-exporters/simulators';
import { costOf } from '../../../scripts/bench/process-cost.ts';
import { figure, median, report } from '../../../scripts/bench/row.ts';
import { startBundle } from '../../../scripts/bench/server-process.ts';

const NODES = 100_000;
const ROUNDS = 3;
const LONGEST_BLOCK_MS = 20;
const QUERY = `query Names($offset: Int, $limit: Int) {
  DcimDevice(offset: $offset, limit: $limit) { count edges { node { id name { value } fqdn { value } role { value } } } }
}
`;

const infrahub = await startInfrahub({ nodes: manyDevices(NODES) });
const folder = mkdtempSync(join(tmpdir(), 'infrahub-bench-'));
const [file, query, watched] = ['config.yml', 'names.gql', 'block'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const watch = fileURLToPath(new URL('../../../scripts/bench/loop-watch.mjs', import.meta.url));
writeFileSync(query, QUERY);
const config = {
  infrahub: { address: infrahub.url, token: infrahub.token, timeout_seconds: 60 },
  poll_interval_seconds: 1,
  exporters: { prometheus: { enabled: true } },
  metrics: { kind: [{ kind: 'DcimDevice', include: ['name', 'role', 'status'] }] },
  service_discovery: {
    enabled: true,
    queries: [
      {
        name: 'names',
        file_path: query,
        target_field: 'fqdn.value',
        label_mappings: { role: 'role.value' },
        refresh_interval_seconds: 1,
      },
    ],
  },
};
writeFileSync(file, JSON.stringify(config));
const exporter = await startBundle(
  'infrahub-exporter',
  { NODE_OPTIONS: `--import=${watch}`, LOOP_WATCH_FILE: watched },
  ['--config.file', file, '--log.format=json'],
);
const base = `http://127.0.0.1:${exporter.port}`;

/** How long an answer takes, in milliseconds, and what it is. */
async function fetched(path: string): Promise<{ text: string; tookMs: number }> {
  const startMs = performance.now();
  const text = await (await fetch(`${base}${path}`)).text();
  return { text, tookMs: performance.now() - startMs };
}

const own = ['infrahub_fetch_duration_seconds', 'infrahub_nodes'];
const health = async () => readPage((await fetched(`/metrics?${own.map((name) => `name[]=${name}`).join('&')}`)).text);
let peakMegabytes = 0;
const seconds: number[] = [];
while (seconds.length < ROUNDS) {
  await sleep(200);
  const page = await health();
  peakMegabytes = Math.max(peakMegabytes, costOf(exporter.pid).residentMegabytes);
  const took = page.value('infrahub_fetch_duration_seconds', { kind: 'DcimDevice' });
  if (took === undefined || page.value('infrahub_nodes') !== NODES) continue;
  if (took !== seconds.at(-1)) seconds.push(took);
}
const { blockMs, ownMs } = JSON.parse(readFileSync(watched, 'utf8')) as { blockMs: number; ownMs: number };
// It is in this process, and would be in the way of what is measured next.
await infrahub.stop();
const [scrapes, lists]: [number[], number[]] = [[], []];
for (let turn = 0; turn < 5; turn++) {
  scrapes.push((await fetched('/metrics')).tookMs);
  lists.push((await fetched('/sd/names')).tookMs);
}
await exporter.stop();
rmSync(folder, { recursive: true });

const row = (what: string, ours: string, target = '', isMet = true) => ({
  what: `infrahub-exporter, 100 000 nodes and targets: ${what}`,
  ours,
  peer: '',
  ratio: undefined,
  target,
  isMet,
});
report([
  row('one round, the simulated Infrahub included', `${figure(median(seconds))} s`),
  row('resident memory at most', `${figure(peakMegabytes)} MB`),
  row(
    'longest block of the event loop',
    `${figure(blockMs)} ms`,
    `≤ ${LONGEST_BLOCK_MS} ms`,
    blockMs <= LONGEST_BLOCK_MS,
  ),
  // Says whether a block is ours, or that of a machine on which others run too.
  row('longest block, without the wait for a free processor', `${figure(ownMs)} ms`),
  row('a scrape', `${figure(median(scrapes))} ms`),
  row('the list of targets', `${figure(median(lists))} ms`),
]);
