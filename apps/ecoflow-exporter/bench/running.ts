/** Twenty devices that push ten messages a second each, for a minute: whether anything is lost, and what it costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPage } from '@device-exporters/exporter/testing';
import { startEcoflowCloud } from '@device-exporters/simulators';
import { costOf } from '../../../scripts/bench/process-cost.ts';
import { figure, report } from '../../../scripts/bench/row.ts';
import { startBundle } from '../../../scripts/bench/server-process.ts';

const DEVICES = 20;
const MESSAGES_PER_SECOND = 10;
const SECONDS = 60;
const KEYS = 200;
const SCRAPE_EVERY_MS = 15_000;

const serials = Array.from({ length: DEVICES }, (_, index) => `R331ZBENCH${String(index).padStart(6, '0')}`);
const quotas = Object.fromEntries(Array.from({ length: KEYS }, (_, index) => [`pd.value${index}`, index]));
const cloud = await startEcoflowCloud({ devices: serials.map((sn) => ({ sn, quotas })) });
const folder = mkdtempSync(join(tmpdir(), 'ecoflow-bench-'));
const exporter = await startBundle(
  'ecoflow-exporter',
  {
    ECOFLOW_ACCOUNT_USER: cloud.email,
    ECOFLOW_ACCOUNT_PASSWORD: cloud.password,
    ECOFLOW_API_HOST: cloud.url,
    ECOFLOW_API_TYPE: 'device',
    ECOFLOW_STATE_DIR: folder,
  },
  ['--log.format=json'],
);

async function page() {
  return readPage(await (await fetch(`http://127.0.0.1:${exporter.port}/metrics`)).text());
}

while ((await page()).lines('ecoflow_pd_value0').length < DEVICES) await sleep(200);
const messages = async () => (await page()).value('ecoflow_mqtt_messages_total', { type: 'text' }) ?? 0;
const received = await messages();
const [before, startMs] = [costOf(exporter.pid), performance.now()];
let scrapeMs = 0;
const scraping = setInterval(async () => {
  const fromMs = performance.now();
  await page();
  scrapeMs = Math.max(scrapeMs, performance.now() - fromMs);
}, SCRAPE_EVERY_MS);
let turn = 0;
for (; turn < SECONDS * MESSAGES_PER_SECOND; turn++) {
  const values = { 'pd.value0': turn, 'pd.soc': turn % 100, 'pd.wattsInSum': turn, [`pd.value${turn % KEYS}`]: turn };
  await Promise.all(serials.map((sn) => cloud.push(sn, values)));
  await sleep(Math.max(0, startMs + ((turn + 1) * 1000) / MESSAGES_PER_SECOND - performance.now()));
}
clearInterval(scraping);
const after = costOf(exporter.pid);
const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / ((performance.now() - startMs) / 1000);
await sleep(1_000);
const pushed = turn * DEVICES;
const arrived = (await messages()) - received;
const isLast = (await page()).lines('ecoflow_total_input_power_watts').every(({ value }) => value === turn - 1);
await exporter.stop();
await cloud.stop();
rmSync(folder, { recursive: true });
// Replies to requests for everything come on top.
const isComplete = arrived >= pushed && isLast;

const row = (what: string, ours: string, target = '', isMet = true) => ({
  what: `ecoflow-exporter, 20 devices, 200 messages/s: ${what}`,
  ours,
  peer: '',
  ratio: undefined,
  target,
  isMet,
});
report([
  row('messages lost in a minute', String(Math.max(0, pushed - arrived)), '0', isComplete),
  row('CPU, of one core', `${figure(cpuPercent)} %`),
  row('resident memory', `${figure(after.residentMegabytes)} MB`),
  row('slowest scrape', `${figure(scrapeMs)} ms`),
]);
