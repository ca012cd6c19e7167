/**
 * Points formatted and delivered, beside a writer that writes line by line; the memory of points that wait; the spool.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { figure, median, type Row, report } from '../../../scripts/bench/row.ts';
import { createGraphiteOutput, type GraphitePoint } from '../src/index.ts';

const POINTS = 500_000;
const SERIES = 500;
const RUNS = 5;
const MILLION = 1_000_000;
const BYTES_TARGET = 60;

function* points(count: number): Generator<GraphitePoint> {
  for (let index = 0; index < count; index++) {
    const path = `home.electricity.kasa.device_${index % SERIES}.power_watts`;
    yield { path, value: (index % 4000) / 10, timestampSeconds: 1_700_000_000 + Math.floor(index / SERIES) };
  }
}

/** What most scripts do. */
async function writeNaively(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  for (const { path, value, timestampSeconds } of points(POINTS)) {
    if (!socket.write(`${path} ${value} ${timestampSeconds}\n`)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket, 'close');
}

async function writeOurs(port: number): Promise<void> {
  const output = createGraphiteOutput({ host: '127.0.0.1', port });
  output.add(points(POINTS));
  if (!(await output.flush(AbortSignal.timeout(60_000)))) throw new Error('not everything was delivered');
  await output.close();
}

async function secondsOf(task: () => unknown): Promise<number> {
  const startMs = performance.now();
  await task();
  return (performance.now() - startMs) / 1000;
}

function bytesPerPoint(): number {
  const used = (): number => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const output = createGraphiteOutput({ host: '127.0.0.1', port: 1, maxPoints: MILLION });
  output.add(points(MILLION));
  const bytes = (used() - before) / MILLION;
  if (output.stats().pointsQueued !== MILLION) throw new Error('not all points wait');
  return bytes;
}

async function spooledPerSecond(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'graphite-bench-'));
  const output = createGraphiteOutput({ host: '127.0.0.1', port: 1, maxPoints: MILLION, spool: { directory } });
  const seconds = await secondsOf(async () => {
    output.add(points(MILLION));
    await output.close();
  });
  rmSync(directory, { recursive: true });
  return MILLION / seconds;
}

const sink = spawn(process.execPath, [fileURLToPath(new URL('sink.mjs', import.meta.url))]);
const [line] = (await once(createInterface(sink.stdout), 'line')) as [string];
const port = Number(line);
const [ours, naive]: [number[], number[]] = [[], []];
for (let run = -1; run < RUNS; run++) {
  const [own, peer] = [await secondsOf(() => writeOurs(port)), await secondsOf(() => writeNaively(port))];
  // The first run warms up.
  if (run < 0) continue;
  ours.push(POINTS / own);
  naive.push(POINTS / peer);
}
sink.kill();
const bytes = bytesPerPoint();
const spooled = await spooledPerSecond();

const perSecond = (value: number): string => `${figure(value / 1e6)} M/s`;
const rows: Row[] = [
  {
    what: 'points for Graphite queued, written and confirmed (plain: line by line, unconfirmed)',
    ours: perSecond(median(ours)),
    peer: perSecond(median(naive)),
    ratio: median(ours) / median(naive),
    target: '',
    isMet: true,
  },
  {
    what: 'bytes per point that waits, a million of them',
    ours: figure(bytes),
    peer: '',
    ratio: undefined,
    target: `≤ ${BYTES_TARGET}`,
    isMet: bytes <= BYTES_TARGET,
  },
  {
    what: 'points written to the spool and forced to the disk',
    ours: perSecond(spooled),
    peer: '',
    ratio: undefined,
    target: '',
    isMet: true,
  },
];
report(rows);
