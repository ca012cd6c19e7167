import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@device-exporters/exporter/testing';
import { temporaryFolder } from './temporary-folder.ts';

const PROGRAM = 'prometheus';

/** One series as a query answers it. */
export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>;
  /** Of the sample, or of the evaluation: `timestamp()` gives the former. */
  readonly value: number;
}

/** A real Prometheus that scrapes. */
export interface Prometheus extends AsyncDisposable {
  /** An instant query. */
  query(expression: string): Promise<QueryResult[]>;
  /** What is wrong with its latest scrape; empty when all is well, undefined before the first one. */
  lastError(): Promise<string | undefined>;
}

/**
 * Starts a Prometheus on a free port of loopback that scrapes this target (`host:port`) twice a second, and waits for its
 * first scrape: it takes its time, five seconds, to find its targets.
 */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'prometheus.yml');
  const job = { job_name: 'loxone', scrape_interval: '500ms', scrape_timeout: '500ms' };
  writeFileSync(file, JSON.stringify({ scrape_configs: [{ ...job, static_configs: [{ targets: [target] }] }] }));
  const child = spawn(PROGRAM, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder.path, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await folder[Symbol.asyncDispose]();
  };

  let log = '';
  const listening = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const address = /msg="Listening on" address=(\S+)/.exec(log)?.[1];
      if (address !== undefined && log.includes('Server is ready to receive web requests')) resolve(address);
    });
    void exited.then(() => reject(new Error(`Prometheus has ended:\n${log}`)));
  });
  const address = await listening;

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    return ((await answer.json()) as { data: T }).data;
  }
  const prometheus: Prometheus = {
    async query(expression) {
      type Answer = { result: { metric: Record<string, string>; value: [number, string] }[] };
      const data = await ask<Answer | undefined>(`query?query=${encodeURIComponent(expression)}`);
      return (data?.result ?? []).map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    async lastError() {
      type Answer = { activeTargets: { health: string; lastError: string }[] };
      const [found] = (await ask<Answer | undefined>('targets'))?.activeTargets ?? [];
      return found === undefined || found.health === 'unknown' ? undefined : found.lastError;
    },
    [Symbol.asyncDispose]: stop,
  };
  await until('the first scrape', async () => (await prometheus.lastError()) !== undefined);
  return prometheus;
}
