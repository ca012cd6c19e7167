import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Page, readPage } from '@device-exporters/exporter/testing';
import type { DemoApp } from './demo-app.ts';

/** An exporter that runs from its sources, as a process of its own. */
export interface ExporterProcess {
  readonly url: string;
  /** The status of `/healthz`, or how it is without an answer. */
  status(): Promise<string>;
  page(): Promise<Page>;
  /** Rejects when the process ends by itself. */
  readonly crashed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts an exporter on its default port, with this configuration file. */
export function startExporterProcess({ app, port }: Pick<DemoApp, 'app' | 'port'>, file: string): ExporterProcess {
  const main = fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    [
      main,
      '--config.file',
      file,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warning',
      '--log.format=logfmt',
    ],
    {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'inherit'],
      // A group of its own: Ctrl-C is for the demo, which then stops its exporters in order.
      detached: true,
    },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    status: async () => {
      const answer = await ask(`${url}/healthz`);
      return answer === undefined ? 'starting' : (JSON.parse(answer) as { status: string }).status;
    },
    page: async () => readPage((await ask(`${url}/metrics`)) ?? ''),
    crashed: once(child, 'exit').then(([code]) => {
      throw new Error(`${app} ended by itself with exit code ${code as number}; its last lines are above`);
    }),
    stop: () => stop(child),
  };
}

async function ask(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url)).text();
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
