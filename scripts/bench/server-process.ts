import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server on loopback, as a process of its own. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const SCRIPT = { plain: 'plain-exporter.mjs', bench: 'bench-exporter.ts' } as const;

/** The peer: fastify and prom-client. Its arguments are in its own file. */
export function startPlain(...args: readonly string[]): Promise<ServerProcess> {
  return startServer([fileURLToPath(new URL(SCRIPT.plain, import.meta.url)), ...args], {}, /^(\d+)$/m);
}

/** An exporter of ours, without devices. */
export function startBench(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  return startServer([fileURLToPath(new URL(SCRIPT.bench, import.meta.url))], environment, LISTENING);
}

/** The bundle of an app, listening on a port of its own choice. */
export function startBundle(
  app: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const main = fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
  return startServer([main, '--web.listen-address=127.0.0.1:0', ...args], environment, LISTENING);
}

const LISTENING = /"address":"127\.0\.0\.1:(\d+)"/;

async function startServer(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  portIn: RegExp,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...environment } });
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = portIn.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`ended before it listened:\n${text}`)));
  });
  return { port, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
