/** What the exporter itself costs with a thousand plugs, read every five seconds and scraped every fifteen. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPage } from '@device-exporters/exporter/testing';
import { startPlugs } from '../../../scripts/bench/plugs-process.ts';
import { costOf } from '../../../scripts/bench/process-cost.ts';
import { figure, report } from '../../../scripts/bench/row.ts';
import { startBundle } from '../../../scripts/bench/server-process.ts';

const PLUGS = 1_000;
const SCRAPE_EVERY_MS = 15_000;
const SCRAPES = 2;

const plugs = await startPlugs(PLUGS);
const folder = mkdtempSync(join(tmpdir(), 'tapo-bench-'));
const file = join(folder, 'config.yaml');
const devices = plugs.ports.map((port) => `http://127.0.0.1:${port}`);
writeFileSync(
  file,
  JSON.stringify({ exporters: { tapo: { devices, discovery_options: { perform_discovery: false } } } }),
);
const account = { TAPO_USERNAME: 'user@example.com', TAPO_PASSWORD: 'secret' };
const exporter = await startBundle('tapo-exporter', { ...account, LOG_LEVEL: 'info' }, [
  '--config.file',
  file,
  '--log.format=json',
]);

async function devicesUp(): Promise<{ up: number; tookMs: number }> {
  const startMs = performance.now();
  const text = await (await fetch(`http://127.0.0.1:${exporter.port}/metrics`)).text();
  const tookMs = performance.now() - startMs;
  return {
    up: readPage(text)
      .lines('tapo_device_up')
      .filter(({ value }) => value === 1).length,
    tookMs,
  };
}

const startedMs = performance.now();
while ((await devicesUp()).up < PLUGS) await sleep(250);
const allReadMs = performance.now() - startedMs;
await sleep(10_000);
const [before, startMs] = [costOf(exporter.pid), performance.now()];
let slowestMs = 0;
for (let scrape = 0; scrape < SCRAPES; scrape++) {
  await sleep(SCRAPE_EVERY_MS);
  const { up, tookMs } = await devicesUp();
  if (up < PLUGS) throw new Error(`${PLUGS - up} plugs are down`);
  slowestMs = Math.max(slowestMs, tookMs);
}
const after = costOf(exporter.pid);
const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / ((performance.now() - startMs) / 1000);
await exporter.stop();
await plugs.stop();
rmSync(folder, { recursive: true });

const row = (what: string, ours: string) => ({
  what: `tapo-exporter, 1 000 plugs every 5 s: ${what}`,
  ours,
  peer: '',
  ratio: undefined,
  target: '',
  isMet: true,
});
report([
  row('CPU, of one core', `${figure(cpuPercent)} %`),
  row('resident memory', `${figure(after.residentMegabytes)} MB`),
  row('slowest scrape', `${figure(slowestMs)} ms`),
  row('from start until all have been read', `${figure(allReadMs / 1000)} s`),
]);
