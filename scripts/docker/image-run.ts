import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type Page, readPage, until } from '@device-exporters/exporter/testing';
import { AUTHORIZATION } from '../testing/web-files.ts';
import { bytesIn, configOf, type RunningImage, runImage } from './image.ts';

/** How an image is run, and where it then listens. */
export interface Container {
  readonly app: string;
  readonly address: string;
  /** Paths here and where they are in the container. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

const MOST_BYTES = 200e6;

/** Ends with 0 where the container is as isolated as it should be: its user, its processes, nothing that could be written. */
const ISOLATION = `
const { readFileSync, writeFileSync } = require('node:fs');
const isRefused = (path) => { try { writeFileSync(path, ''); return false; } catch { return true; } };
const first = readFileSync('/proc/1/cmdline', 'utf8').split('\\0');
process.exit(process.getuid() === 65532 && process.getgid() === 65532 && first[1] === '/app/main.js' &&
  ['/x', '/app/x', '/app/main.js', '/config/x', '/nodejs/x', '/home/x', '/etc/x'].every(isRefused) ? 0 : 1);`;

/** What one run of an exporter costs. @throws {Error} at the first thing that is not as it should be */
export async function measure(container: Container) {
  const { app, address } = container;
  const ask = async (path: string) => await fetch(`http://${address}${path}`).catch(() => undefined);
  return await during(container, async (image) => {
    const readySeconds = await until('readiness', async () => (await ask('/-/ready'))?.ok && Date.now() / 1000);
    await until('a healthy exporter', async () => (await (await ask('/healthz'))?.text())?.includes('"healthy"'));
    const page = readPage((await (await ask('/metrics'))?.text()) ?? '');
    checkBuildInfo(app, page);
    await checkHealthCheck(app, image);
    if ((await image.exec(['/nodejs/bin/node', '-e', ISOLATION])) !== 0) throw new Error(`${app} is not isolated`);
    const stopAt = performance.now();
    const code = await image.stop();
    if (code !== 0) throw new Error(`${app} ended with exit code ${code} on SIGTERM`);
    const stopMs = performance.now() - stopAt;
    const startSeconds = readySeconds - (page.value('process_start_time_seconds') ?? Number.NaN);
    const bytes = bytesIn(app, '/');
    if (bytes > MOST_BYTES) throw new Error(`the image of ${app} has ${bytes} bytes`);
    const megabytes = (amount: number, digits: number) => `${(amount / 1e6).toFixed(digits)} MB`;
    return {
      app,
      image: megabytes(bytes, 0),
      '/app': megabytes(bytesIn(app, '/app'), 2),
      'start to ready': `${startSeconds.toFixed(2)} s`,
      'memory (resident)': megabytes(page.value('process_resident_memory_bytes') ?? Number.NaN, 0),
      'SIGTERM to the end': `${(stopMs / 1000).toFixed(2)} s`,
    };
  });
}

/** Runs an exporter that serves TLS and asks for a login. @throws {Error} where it does not, or its health check fails */
export async function checkProtected(container: Container): Promise<void> {
  await during(container, async (image) => {
    const statusOf = async (headers: Record<string, string>): Promise<number | undefined> => {
      const asked = request(`https://${container.address}/metrics`, { headers, rejectUnauthorized: false }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const anybody = await until('TLS', () => statusOf({}).catch(() => undefined));
    const prometheus = await statusOf({ authorization: AUTHORIZATION });
    const found = `${anybody} for anybody, ${prometheus} with the login`;
    if (anybody !== 401 || prometheus !== 200) throw new Error(`${container.app} answers ${found}`);
    await checkHealthCheck(container.app, image);
  });
}

/** Starts a container, and stops it after use. A health check then has to say that nobody is there. */
async function during<T>({ app, mounts, args }: Container, use: (image: RunningImage) => Promise<T>): Promise<T> {
  const image = runImage(app, { mounts, args });
  const result = await use(image).finally(() => image.stop());
  const code = await runImage(app, { mounts, args: ['healthcheck', ...args] }).ended;
  if (code !== 1) throw new Error(`${app}: healthcheck ended with ${code} when nobody was there`);
  return result;
}

/** I4: the health check of the image itself, started beside the exporter without any of its flags. */
async function checkHealthCheck(app: string, image: RunningImage): Promise<void> {
  const code = await image.exec(configOf(app).Healthcheck?.Test.slice(1) ?? []);
  if (code !== 0) throw new Error(`${app}: its health check ended with ${code} while it ran`);
}

/** I6: labels and metrics name the same build. */
function checkBuildInfo(app: string, page: Page): void {
  const { Labels } = configOf(app);
  const [version, revision] = ['version', 'revision'].map((name) => Labels[`org.opencontainers.image.${name}`]);
  const [name = ''] = /^\w+_build_info(?=\{)/m.exec(page.text) ?? [];
  const found = page.lines(name).map(({ labels }) => labels);
  const isOurs = found.length === 1 && found[0]?.['version'] === version && found[0]?.['commit'] === revision;
  if (!isOurs) throw new Error(`${app}: labels say ${version} ${revision}, metrics ${JSON.stringify(found)}`);
}
