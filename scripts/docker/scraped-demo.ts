/**
 * `npm run demo` on its own ports, and Prometheus with `docker/prometheus/prometheus.yml` as it is, in one network where the
 * names of the services of `docker/compose.yml` mean loopback. Prints the targets as JSON once each has been scraped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@device-exporters/exporter/testing';
import { ROOT } from './compose.ts';

/** As `/api/v1/targets` tells of it. */
interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
}

/** A program that not every machine has. */
const PROMETHEUS = 'prometheus';

const PORT = 9095;
const UP = 6;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const cwd = fileURLToPath(ROOT);
const folder = mkdtempSync(join(tmpdir(), 'scraped-demo-'));
const demo = spawn(process.execPath, ['scripts/demo/main.ts'], { cwd, stdio: 'ignore' });
const flags = [`--storage.tsdb.path=${folder}`, `--web.listen-address=127.0.0.1:${PORT}`, '--log.level=error'];
const prometheus = spawn(PROMETHEUS, ['--config.file=docker/prometheus/prometheus.yml', ...flags], {
  cwd,
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const ask = async (): Promise<readonly Target[]> => {
    const answer = await fetch(`http://127.0.0.1:${PORT}/api/v1/targets`).catch(() => undefined);
    const body = (await answer?.json()) as
      | { readonly data?: { readonly activeTargets: readonly Target[] } }
      | undefined;
    return body?.data?.activeTargets ?? [];
  };
  // Scrapes come every 15 s and lists of targets too: more than the patience of one wait.
  let targets: readonly Target[] = [];
  for (let tries = 0; tries < 3; tries++) {
    targets = await until('exporters that are up, and what is discovered', async () => {
      const found = await ask();
      const isUp = found.filter(({ health }) => health === 'up').length === UP;
      return isUp && found.some(({ labels }) => labels['job'] === 'infrahub-devices') && found;
    }).catch(ask);
  }
  console.log(JSON.stringify(targets.map(({ labels, scrapeUrl, health }) => [labels['job'], scrapeUrl, health])));
} finally {
  await Promise.all([stop(demo), stop(prometheus)]);
  rmSync(folder, { recursive: true });
}
