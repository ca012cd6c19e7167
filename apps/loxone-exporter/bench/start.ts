/** How long from the start of the process to its first page, beside plain fastify and prom-client without a bundle. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { figure, median, report } from '../../../scripts/bench/row.ts';
import { type ServerProcess, startBundle, startPlain } from '../../../scripts/bench/server-process.ts';

const RUNS = 15;
const CACHE_WRITTEN_MS = 7_000;

/** A Miniserver that is not there: the first page must not wait for it. */
const ENVIRONMENT = { LOXONE_HOST: '127.0.0.1', LOXONE_PORT: '1', LOXONE_USERNAME: 'u', LOXONE_PASSWORD: 'p' };

async function msToFirstPage(start: () => Promise<ServerProcess>): Promise<number> {
  const startMs = performance.now();
  const server = await start();
  while (!(await isServing(server.port))) await nextTurn();
  const ms = performance.now() - startMs;
  await server.stop();
  return ms;
}

async function isServing(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    await answer.bytes();
    return answer.ok;
  } catch {
    return false;
  }
}

// The compile cache is written some seconds after the first start; every later one has it.
const first = await startBundle('loxone-exporter', ENVIRONMENT);
await sleep(CACHE_WRITTEN_MS);
await first.stop();

const [ours, peer]: [number[], number[]] = [[], []];
for (let run = -2; run < RUNS; run++) {
  const oursMs = await msToFirstPage(() => startBundle('loxone-exporter', ENVIRONMENT));
  const peerMs = await msToFirstPage(() => startPlain('500'));
  if (run < 0) continue;
  ours.push(oursMs);
  peer.push(peerMs);
}
const share = median(ours) / median(peer);
report([
  {
    what: 'loxone-exporter, from start to the first page',
    ours: `${figure(median(ours))} ms`,
    peer: `${figure(median(peer))} ms`,
    ratio: 1 / share,
    target: '≤ 0.75 of plain (stretch 0.55)',
    isMet: share <= 0.75,
  },
]);
