/**
 * What a running exporter costs: 500 controls, 100 events and 10 scrapes a second, after a minute. Beside it, under the
 * same load, fastify and prom-client with as many series and changes, but without a device.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { costOf, type ProcessCost } from '../../../scripts/bench/process-cost.ts';
import { figure, type Row, report } from '../../../scripts/bench/row.ts';
import { type ServerProcess, startPlain } from '../../../scripts/bench/server-process.ts';
import { followBundle } from './followed-bundle.ts';

const EVENTS_PER_SECOND = 100;
const SCRAPE_EVERY_MS = 100;
const WARM_UP_MS = 30_000;
const WINDOW_MS = 30_000;

interface Cost extends ProcessCost {
  readonly cpuPercent: number;
}

async function costs(servers: readonly ServerProcess[]): Promise<Cost[]> {
  let isOver = false;
  const scraping = servers.map(async ({ port }) => {
    while (!isOver) {
      const pause = sleep(SCRAPE_EVERY_MS);
      await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'accept-encoding': 'identity' } })).bytes();
      await pause;
    }
  });
  await sleep(WARM_UP_MS);
  const before = servers.map(({ pid }) => costOf(pid));
  const startMs = performance.now();
  await sleep(WINDOW_MS);
  const seconds = (performance.now() - startMs) / 1000;
  const after = servers.map(({ pid }, index) => {
    const cost = costOf(pid);
    return { ...cost, cpuPercent: (100 * (cost.cpuSeconds - (before[index]?.cpuSeconds ?? 0))) / seconds };
  });
  isOver = true;
  await Promise.all(scraping);
  return after;
}

const followed = await followBundle(EVENTS_PER_SECOND);
const plain = await startPlain('2900', `${EVENTS_PER_SECOND}`);
const [ours, peer] = await costs([followed.exporter, plain]);
await Promise.all([followed.stop(), plain.stop()]);
if (ours === undefined || peer === undefined) throw new Error('nothing was measured');

function row(what: string, unit: string, of: (cost: Cost) => number, limit: number, stretch?: string): Row {
  const target = `≤ ${limit} ${unit}${stretch === undefined ? '' : ` (stretch ${stretch})`}`;
  return {
    what: `loxone-exporter, 500 controls: ${what}`,
    ours: `${figure(of(ours as Cost))} ${unit}`,
    peer: `${figure(of(peer as Cost))} ${unit}`,
    ratio: of(peer as Cost) / of(ours as Cost),
    target,
    isMet: of(ours as Cost) <= limit,
  };
}

report([
  row('resident memory', 'MB', (cost) => cost.residentMegabytes, 65, '50'),
  row('anonymous memory', 'MB', (cost) => cost.anonymousMegabytes, 25),
  row('CPU, of one core', '%', (cost) => cost.cpuPercent, 3, '1.5'),
]);
