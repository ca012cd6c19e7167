/** How many scrapes a second a server answers, with 500 series over 10 connections. */
import { hammer } from './hammer.ts';
import { figure, median, type Row, report } from './row.ts';
import { type ServerProcess, startBench, startPlain } from './server-process.ts';

const CONNECTIONS = 10;
const ROUNDS = 5;
const ROUND_MS = 2_000;

async function requests(what: string, isChanging: boolean, wanted: number, target: string): Promise<Row> {
  const [ours, peer] = await Promise.all([
    startBench({ BENCH_CHANGES_EACH_REQUEST: String(isChanging) }),
    startPlain('500', '0', ...(isChanging ? ['each'] : [])),
  ]);
  // In turns, so that a busy machine slows both down.
  const counts = { ours: [] as number[], peer: [] as number[] };
  const measure = async (server: ServerProcess, into: number[]): Promise<void> => {
    into.push(await hammer(server.port, CONNECTIONS, ROUND_MS));
  };
  for (let round = 0; round < ROUNDS; round++) {
    await measure(ours, counts.ours);
    await measure(peer, counts.peer);
  }
  await Promise.all([ours.stop(), peer.stop()]);
  const [oursPerSecond, peerPerSecond] = [median(counts.ours), median(counts.peer)];
  const ratio = oursPerSecond / peerPerSecond;
  return {
    what,
    ours: `${figure(oursPerSecond)}/s`,
    peer: `${figure(peerPerSecond)}/s`,
    ratio,
    target,
    isMet: ratio >= wanted,
  };
}

report([
  await requests('scrapes, 500 series, one changed before each', true, 8, '≥ 8×'),
  await requests('scrapes, 500 series, nothing changed', false, 8, '≥ 8× (stretch 30×)'),
]);
