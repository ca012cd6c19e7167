/**
 * `npm test` and `npm run demo` on a machine that has only Node.js, npm and git: installs pinned pnpm, pinned Node.js 24
 * and every dependency, then does the job. Plain JavaScript for Node.js 20, as it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packageManager, engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const oldestNode = Number(/\d+/.exec(engines.node)[0]);

/** What each job runs once everything is installed. */
const JOBS = {
  test: ['exec', 'vitest', 'run'],
  demo: ['exec', 'node', 'scripts/demo/main.ts'],
};

const [job = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(JOBS, job)) fail(`expected one of ${Object.keys(JOBS).join(', ')}, found "${job}"`);
if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  fail(`Node.js ${oldestNode} or newer is needed to start, this is ${process.version}.`);
}
step('Checking for npm');
if (run('npm', ['--version'], { stdio: 'ignore' }) !== 0) fail('npm is not there; it comes with Node.js.');
step(`Installing ${packageManager}, Node.js 24 and the dependencies as the lockfile names them`);
if (pnpm(['install', '--frozen-lockfile']) !== 0) {
  fail(
    'Installing failed. Without access to an npm registry this cannot work; the lines above say what was not reached.',
  );
}
step(job === 'test' ? 'Running the tests' : 'Starting the demo');
process.exitCode = pnpm([...JOBS[job], ...args]);

function pnpm(pnpmArgs) {
  return run('npx', ['--yes', packageManager, ...pnpmArgs]);
}

/** Returns the exit code; a process that a signal has ended counts as 128 and the signal's number, as in a shell. */
function run(command, commandArgs, options = {}) {
  // Ctrl-C goes to the whole group; whoever does the job decides when it is done.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const { status, signal, error } = spawnSync(command, commandArgs, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  process.removeListener('SIGINT', ignore);
  if (error !== undefined) return 127;
  return signal === null ? status : 130;
}

function step(text) {
  console.log(`\n==> ${text}`);
}

function fail(text) {
  console.error(`\n${text}`);
  process.exit(1);
}
