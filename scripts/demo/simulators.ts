/**
 * The devices of the demo alone, for exporters that run elsewhere: in the containers of `docker/compose.yml`, which share
 * their network with this one. Writes the configuration of each exporter, then a file `ready`; ends on SIGINT or SIGTERM.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DemoPlace } from './demo-app.ts';
import { startDevices, stopDevices } from './started-demo.ts';

const USAGE = 'usage: simulators --folder FOLDER [--graphite HOST:PORT] [--collector http://HOST:PORT]';

function placeOf(args: readonly string[]): DemoPlace {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { folder: text, graphite: text, collector: text } });
  const { folder, graphite, collector } = values;
  if (folder === undefined) throw new Error(USAGE);
  return {
    folder: resolve(folder),
    ...(graphite === undefined ? {} : { graphite: addressOf(graphite) }),
    ...(collector === undefined ? {} : { collector }),
  };
}

function addressOf(text: string): { host: string; port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (host === undefined) throw new Error(`--graphite needs HOST:PORT, found ${text}`);
  return { host, port: Number(port) };
}

async function main(args: readonly string[]): Promise<void> {
  const { folder, ...shared } = placeOf(args);
  const ready = join(folder, 'ready');
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  // A folder that outlives the process has the one of the last time, whose ports are gone.
  rmSync(ready, { force: true });
  const started = await startDevices(folder, shared);
  writeFileSync(ready, '');
  for (const { demo, configFile } of started) console.log(`${demo.devices}: ${configFile}`);
  await stopped;
  rmSync(ready);
  await stopDevices(started);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
