/**
 * `npm run demo`: every exporter against simulated devices, on loopback and on its default port, with a table of what
 * they show. Ends on Ctrl-C, or after `--seconds N`: then with exit code 0 only if every exporter was healthy.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ExporterProcess, startExporterProcess } from './exporter-process.ts';
import { type StartedDemo, startDevices, stopDevices } from './started-demo.ts';

const REFRESH_MS = 2_000;

/** One exporter of the demo that runs. */
interface Running extends StartedDemo {
  readonly exporter: ExporterProcess;
  wasHealthy: boolean;
}

async function startAll(folder: string): Promise<Running[]> {
  const started = await startDevices(folder);
  return started.map((one) => {
    const exporter = startExporterProcess(one.demo, one.configFile);
    exporter.crashed.catch(() => {});
    return { ...one, exporter, wasHealthy: false };
  });
}

async function stopAll(all: readonly Running[]): Promise<void> {
  await Promise.all(all.map(({ exporter }) => exporter.stop()));
  await stopDevices(all);
}

async function show(all: readonly Running[]): Promise<void> {
  const lines = await Promise.all(
    all.map(async (running) => {
      const { demo, devices, exporter } = running;
      const status = await exporter.status();
      running.wasHealthy ||= status === 'healthy';
      const shown = [...demo.readings(await exporter.page()), ...(devices.readings?.() ?? [])];
      const readings = shown.map(([name, value]) => `${name} ${value}`);
      return [
        `${demo.app.padEnd(20)} ${status.padEnd(10)} ${demo.devices}`,
        `  ${exporter.url}/metrics   ${exporter.url}/healthz   ${exporter.url}/`,
        `  ${readings.join('   ')}`,
      ].join('\n');
    }),
  );
  console.log(`\n${new Date().toLocaleTimeString('en-GB')}\n${lines.join('\n')}`);
}

function secondsOf(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string' } } });
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds needs a number above 0, found ${values.seconds}`);
  return seconds;
}

async function main(): Promise<number> {
  const endMs = performance.now() + secondsOf(process.argv.slice(2)) * 1000;
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  const folder = mkdtempSync(join(tmpdir(), 'device-exporters-demo-'));
  const all = await startAll(folder);
  try {
    for (;;) {
      const leftMs = endMs - performance.now();
      const pause = new Promise<'shown'>((resolve) =>
        setTimeout(resolve, Math.max(0, Math.min(REFRESH_MS, leftMs)), 'shown'),
      );
      const crashed = all.map(({ exporter }) => exporter.crashed);
      const outcome = await Promise.race([pause, interrupted, ...crashed]);
      if (outcome === 'interrupted') return 0;
      await show(all);
      if (endMs - performance.now() <= 0) break;
    }
  } finally {
    await stopAll(all);
    rmSync(folder, { recursive: true });
  }
  const silent = all.filter(({ wasHealthy }) => !wasHealthy).map(({ demo }) => demo.app);
  if (silent.length > 0) console.error(`never healthy: ${silent.join(', ')}`);
  return silent.length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
