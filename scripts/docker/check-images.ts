/**
 * Runs images that have been built, each against its simulated devices, as an engine would run them, and says what they
 * cost: `check-images [--demo-image] [APP…]`, all apps without one. Needs root and buildah; exit code 0 when all is well.
 *
 * With `--demo-image` the devices run in the image that `docker/demo.Dockerfile` makes, else in this process.
 */
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPage, until } from '@device-exporters/exporter/testing';
import { DEMOS, startDevices, stopDevices } from '../demo/started-demo.ts';
import { freePort } from '../testing/ports.ts';
import { bytesIn, type RunningImage, runImage } from './image.ts';

const USER = 65532;

/** Where exporters find what devices have written for them. */
interface Devices {
  /** The folder, outside and inside of containers. */
  readonly folder: string;
  readonly inside: string;
  stop(): Promise<unknown>;
}

/** A folder that the user of the images may write to. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'check-images-'));
  chownSync(folder, USER, USER);
  return folder;
}

async function devicesHere(): Promise<Devices> {
  const folder = ownFolder();
  const started = await startDevices(folder);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), USER, USER);
  return { folder, inside: folder, stop: () => stopDevices(started) };
}

async function devicesInImage(): Promise<Devices> {
  const [folder, inside] = [ownFolder(), '/state'];
  const image = runImage('device-exporters-demo', { mounts: { [folder]: inside }, args: ['--folder', inside] });
  image.ended.catch(() => {});
  await until('simulated devices', () => existsSync(join(folder, 'ready')));
  return { folder, inside, stop: () => image.stop() };
}

/** Runs one exporter from its start to its stop. @throws {Error} at the first thing that is not as it should be */
async function check({ app, port }: { readonly app: string; readonly port: number }, devices: Devices) {
  const address = `127.0.0.1:${await freePort()}`;
  const mounts = {
    [devices.folder]: devices.inside,
    // Where every image looks for it.
    [join(devices.folder, `${app}-${port}`, 'config.yml')]: '/config/config.yml',
  };
  const args = [`--web.listen-address=${address}`, '--log.level=warning'];
  const image = runImage(app, { mounts, args });
  try {
    return await measure(app, image, { address, mounts, args });
  } finally {
    await image.stop();
  }
}

async function measure(
  app: string,
  image: RunningImage,
  { address, mounts, args }: { address: string; mounts: Record<string, string>; args: string[] },
) {
  const ask = async (path: string) => await fetch(`http://${address}${path}`).catch(() => undefined);
  const readySeconds = await until('readiness', async () => (await ask('/-/ready'))?.ok && Date.now() / 1000);
  await until('a healthy exporter', async () => (await (await ask('/healthz'))?.text())?.includes('"healthy"'));
  const page = readPage((await (await ask('/metrics'))?.text()) ?? '');
  const prove = async (what: string, healthcheck: number): Promise<void> => {
    const code = await runImage(app, { mounts, args: ['healthcheck', ...args] }).ended;
    if (code !== healthcheck) throw new Error(`${app}: healthcheck ended with ${code} ${what}`);
  };
  await prove('while the exporter ran', 0);
  const stopAt = performance.now();
  const code = await image.stop();
  if (code !== 0) throw new Error(`${app} ended with exit code ${code} on SIGTERM`);
  const stopMs = performance.now() - stopAt;
  await prove('when nobody was there', 1);
  const startSeconds = page.value('process_start_time_seconds') ?? Number.NaN;
  const megabytes = (bytes: number, digits: number) => `${(bytes / 1e6).toFixed(digits)} MB`;
  return {
    app,
    image: megabytes(bytesIn(app, '/'), 0),
    '/app': megabytes(bytesIn(app, '/app'), 2),
    'start to ready': `${(readySeconds - startSeconds).toFixed(2)} s`,
    'memory (resident)': megabytes(page.value('process_resident_memory_bytes') ?? Number.NaN, 0),
    'SIGTERM to the end': `${(stopMs / 1000).toFixed(2)} s`,
  };
}

const { values, positionals } = parseArgs({
  options: { 'demo-image': { type: 'boolean' } },
  allowPositionals: true,
});
const demos = DEMOS.filter(({ app }) => positionals.length === 0 || positionals.includes(app));
if (demos.length === 0) throw new Error(`no app of these names: ${positionals.join(' ')}`);
const devices = await (values['demo-image'] ? devicesInImage() : devicesHere());
try {
  const rows = [];
  for (const demo of demos) rows.push(await check(demo, devices));
  console.table(rows);
} finally {
  await devices.stop();
  rmSync(devices.folder, { recursive: true });
}
