/**
 * Runs images that have been built, each against its simulated devices, as an engine would run them, and says what they
 * cost: `check-images [--demo-image] [APP…]`, all apps without one. Needs root and buildah; exit code 0 when all is well.
 *
 * With `--demo-image` the devices run in the image that `docker/demo.Dockerfile` makes, else in this process.
 */
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { until } from '@device-exporters/exporter/testing';
import { DEMOS, startDevices, stopDevices } from '../demo/started-demo.ts';
import { freePort } from '../testing/ports.ts';
import { WEB_CONFIG, writeCertificate } from '../testing/web-files.ts';
import { runImage } from './image.ts';
import { imageProblems } from './image-checklist.ts';
import { type Container, checkProtected, measure } from './image-run.ts';

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

/** Gives everything in a folder to the user of the images, as whoever runs them has to. */
function handOver(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), USER, USER);
}

async function devicesHere(): Promise<Devices> {
  const folder = ownFolder();
  const started = await startDevices(folder);
  handOver(folder);
  return { folder, inside: folder, stop: () => stopDevices(started) };
}

async function devicesInImage(): Promise<Devices> {
  const [folder, inside] = [ownFolder(), '/state'];
  const image = runImage('device-exporters-demo', { mounts: { [folder]: inside }, args: ['--folder', inside] });
  image.ended.catch(() => {});
  await until('simulated devices', () => existsSync(join(folder, 'ready')));
  return { folder, inside, stop: () => image.stop() };
}

/** Runs one exporter from its start to its stop, then once more with TLS and a login. @throws {Error} at the first thing that is not as it should be */
async function check({ app, port }: { readonly app: string; readonly port: number }, devices: Devices, web: string) {
  // The second demo of an app is on another port than its own.
  const ownPort = DEMOS.find((demo) => demo.app === app)?.port ?? port;
  const problems = imageProblems(app, ownPort);
  if (problems.length > 0) throw new Error(`${app}:\n${problems.join('\n')}`);
  const address = `127.0.0.1:${await freePort()}`;
  const container: Container = {
    ...{ app, address },
    mounts: {
      [devices.folder]: devices.inside,
      [web]: '/web',
      // Where every image looks for it.
      [join(devices.folder, `${app}-${port}`, 'config.yml')]: '/config/config.yml',
    },
    args: [`--web.listen-address=${address}`, '--log.level=warning'],
  };
  const costs = await measure(container);
  await checkProtected({ ...container, args: [...container.args, '--web.config.file=/web/web.yml'] });
  return costs;
}

const { values, positionals } = parseArgs({
  options: { 'demo-image': { type: 'boolean' } },
  allowPositionals: true,
});
const demos = DEMOS.filter(({ app }) => positionals.length === 0 || positionals.includes(app));
if (demos.length === 0) throw new Error(`no app of these names: ${positionals.join(' ')}`);
const web = ownFolder();
writeFileSync(join(web, 'web.yml'), WEB_CONFIG);
await writeCertificate(web, 'localhost');
handOver(web);
const devices = await (values['demo-image'] ? devicesInImage() : devicesHere());
try {
  const rows = [];
  for (const demo of demos) rows.push(await check(demo, devices, web));
  console.table(rows);
} finally {
  await devices.stop();
  for (const folder of [devices.folder, web]) rmSync(folder, { recursive: true });
}
