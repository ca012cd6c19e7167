/**
 * A thousand plugs polled every five seconds from one process: by our client over `node:http`, and by the same code over
 * the global `fetch`. One after the other, as a machine of two cores has one for the plugs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPlugs } from '../../../scripts/bench/plugs-process.ts';
import { costOf } from '../../../scripts/bench/process-cost.ts';
import { figure, type Row, report } from '../../../scripts/bench/row.ts';

const PLUGS = 1_000;
const WARM_UP_MS = 15_000;
const WINDOW_MS = 20_000;

interface Outcome {
  readonly cpuPercent: number;
  readonly residentMegabytes: number;
  readonly mostInFlight: number;
  readonly readings: number;
  readonly failures: number;
}

async function measure(kind: 'node-http' | 'fetch', ports: readonly number[]): Promise<Outcome> {
  const script = fileURLToPath(new URL('poller.ts', import.meta.url));
  const child = spawn(process.execPath, [script, kind, JSON.stringify(ports)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const pid = child.pid ?? 0;
  await once(lines, 'line');
  await sleep(WARM_UP_MS);
  const [before, startMs] = [costOf(pid), performance.now()];
  await sleep(WINDOW_MS);
  const after = costOf(pid);
  const seconds = (performance.now() - startMs) / 1000;
  const told = once(lines, 'line');
  child.kill('SIGTERM');
  const [line] = (await told) as [string];
  const counts = JSON.parse(line) as Pick<Outcome, 'mostInFlight' | 'readings' | 'failures'>;
  if (counts.failures > 0) throw new Error(`${counts.failures} of ${counts.readings} readings failed with ${kind}`);
  const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds;
  return { ...counts, cpuPercent, residentMegabytes: after.residentMegabytes };
}

const plugs = await startPlugs(PLUGS);
const ours = await measure('node-http', plugs.ports);
const peer = await measure('fetch', plugs.ports);
await plugs.stop();

function row(what: string, unit: string, of: (outcome: Outcome) => number): Row {
  const ratio = of(peer) / of(ours);
  const text = (value: number): string => `${figure(value)} ${unit}`.trimEnd();
  return {
    what: `1 000 plugs every 5 s: ${what}`,
    ours: text(of(ours)),
    peer: text(of(peer)),
    ratio,
    target: '',
    isMet: true,
  };
}

report([
  row('CPU, of one core (plain: fetch)', '%', ({ cpuPercent }) => cpuPercent),
  row('resident memory (plain: fetch)', 'MB', ({ residentMegabytes }) => residentMegabytes),
  {
    ...row('requests in flight at most', '', ({ mostInFlight }) => mostInFlight),
    ours: String(ours.mostInFlight),
    peer: String(peer.mostInFlight),
    target: '≤ 64',
    isMet: ours.mostInFlight <= 64,
  },
]);
