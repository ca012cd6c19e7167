import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('run-image.sh', import.meta.url));

/** A program that not every machine has. */
const BUILDAH = 'buildah';

/** A container that runs. */
export interface RunningImage {
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
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
  const binds = Object.entries(mounts).flatMap(([from, to]) => ['-v', `${from}:${to}`]);
  const child = spawn(RUN, [`localhost/${image}`, ...binds, '--', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let isStopping = false;
  return {
    ended,
    stop: () => {
      if (!isStopping) child.kill('SIGTERM');
      isStopping = true;
      return ended;
    },
  };
}

/** What the files of an image take below a folder. */
export function bytesIn(image: string, folder: string): number {
  const container = buildah('from', '--pull-never', `localhost/${image}`);
  try {
    const root = buildah('mount', container);
    return Number(execFileSync('du', ['-sb', `${root}${folder}`], { encoding: 'utf8' }).split('\t')[0]);
  } finally {
    buildah('rm', container);
  }
}

function buildah(...args: string[]): string {
  return execFileSync(BUILDAH, args, { encoding: 'utf8' }).trim();
}
