import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('run-image.sh', import.meta.url));

/** A program that not every machine has. */
const BUILDAH = 'buildah';

/** What an image says of itself, as Docker knows it. */
export interface ImageConfig {
  readonly User: string;
  readonly WorkingDir: string;
  readonly Entrypoint: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly Labels: Readonly<Record<string, string>>;
}

/** A container that runs. */
export interface RunningImage {
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  /** Runs a command beside it, as an engine runs health checks: same user, folder and environment. Resolves with the exit code. */
  exec(command: readonly string[]): Promise<number | null>;
  /** Sends SIGTERM, once, and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Runs an image as its own user on a read-only root, in the network of this machine.
 *
 * @param mounts paths here and where they are in the container
 */
export function runImage(
  image: string,
  { mounts, args }: { readonly mounts: Readonly<Record<string, string>>; readonly args: readonly string[] },
): RunningImage {
  const folder = mkdtempSync(join(tmpdir(), 'run-image-'));
  const pidFile = join(folder, 'pid');
  const binds = Object.entries(mounts).flatMap(([from, to]) => ['-v', `${from}:${to}`]);
  const options = [`localhost/${image}`, ...binds, '--pid-file', pidFile];
  const child = spawn(RUN, [...options, '--', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    rmSync(folder, { recursive: true });
    return code as number | null;
  });
  let isStopping = false;
  return {
    ended,
    exec: async (command) => {
      const pid = readFileSync(pidFile, 'utf8').trim();
      const { User, WorkingDir, Env } = configOf(image);
      const [uid = '', gid = ''] = User.split(':');
      const place = ['--mount', '--pid', `--root=/proc/${pid}/root`, `--wd=/proc/${pid}/root${WorkingDir}`];
      const args = ['--target', pid, ...place, `--setgid=${gid}`, `--setuid=${uid}`, '--', ...command];
      const env = Object.fromEntries(Env.map((text) => text.split('=')));
      const beside = spawn('/usr/bin/nsenter', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(beside, 'exit');
      return code as number | null;
    },
    stop: () => {
      if (!isStopping) child.kill('SIGTERM');
      isStopping = true;
      return ended;
    },
  };
}

/** @throws {Error} where there is no such image */
export function configOf(image: string): ImageConfig {
  const { Docker } = JSON.parse(buildah('inspect', '--type', 'image', `localhost/${image}`)) as {
    readonly Docker: { readonly config: ImageConfig };
  };
  return Docker.config;
}

/** What the files of an image take below a folder. */
export function bytesIn(image: string, folder: string): number {
  return mounted(image, (root) =>
    Number(execFileSync('du', ['-sb', `${root}${folder}`], { encoding: 'utf8' }).split('\t')[0]),
  );
}

/** The files of an image, by their paths in it, with links and without folders. */
export function filesOf(image: string): string[] {
  return mounted(image, (root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
  );
}

function mounted<T>(image: string, use: (root: string) => T): T {
  const container = buildah('from', '--pull-never', `localhost/${image}`);
  try {
    return use(buildah('mount', container));
  } finally {
    buildah('rm', container);
  }
}

function buildah(...args: string[]): string {
  return execFileSync(BUILDAH, args, { encoding: 'utf8', maxBuffer: 64e6 }).trim();
}
