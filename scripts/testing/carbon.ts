import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, listens } from './ports.ts';

/** Programs of Debian's graphite-carbon and python3-whisper. */
const PROGRAMS = { cache: 'carbon-cache', fetch: 'whisper-fetch' };

/** A real Carbon on loopback, with all it stores in a folder of its own. */
export interface RealCarbon extends AsyncDisposable {
  readonly host: string;
  readonly linePort: number;
  readonly picklePort: number;
  /** Dotted paths of all that has ever been stored. */
  metrics(): string[];
  /** Stored values by Unix second. */
  stored(metric: string, fromSeconds: number, untilSeconds: number): Map<number, number>;
  /** Stops the process as it stands: it accepts, and never reads. */
  freeze(): void;
  thaw(): void;
  /** Ends the process, what it has read written down first. */
  quit(): Promise<void>;
  start(): Promise<void>;
}

/** Starts `carbon-cache`. */
export async function startRealCarbon(): Promise<RealCarbon> {
  const directory = mkdtempSync(join(tmpdir(), 'graphite-carbon-'));
  const [linePort, picklePort] = [await freePort(), await freePort()];
  const config = writeConfig(directory, linePort, picklePort);
  let child: ReturnType<typeof spawn> | undefined;
  const quit = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill('SIGCONT');
    ending.kill('SIGTERM');
    await exited;
  };
  const start = async (): Promise<void> => {
    rmSync(join(directory, 'run', 'carbon.pid'), { force: true });
    const files = [
      `--config=${config}`,
      `--pidfile=${join(directory, 'run', 'carbon.pid')}`,
      `--logdir=${directory}/log`,
    ];
    child = spawn(PROGRAMS.cache, [...files, '--nodaemon', 'start'], { stdio: 'ignore' });
    while (!(await listens(linePort)) || !(await listens(picklePort))) {
      if (child.exitCode !== null) throw new Error(`carbon-cache ended with ${child.exitCode}`);
      await delay(50);
    }
  };
  await start();
  return {
    host: '127.0.0.1',
    linePort,
    picklePort,
    metrics: () =>
      globSync('**/*.wsp', { cwd: join(directory, 'whisper') }).map((file) =>
        file.slice(0, -'.wsp'.length).replaceAll('/', '.'),
      ),
    stored(metric, fromSeconds, untilSeconds) {
      const file = join(directory, 'whisper', `${metric.replaceAll('.', '/')}.wsp`);
      return fetched(file, fromSeconds, untilSeconds);
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    quit,
    start,
    async [Symbol.asyncDispose]() {
      await quit();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function writeConfig(directory: string, linePort: number, picklePort: number): string {
  for (const folder of ['conf', 'whisper', 'log', 'run']) mkdirSync(join(directory, folder));
  writeFileSync(join(directory, 'conf', 'storage-schemas.conf'), '[test]\npattern = .*\nretentions = 1s:1h\n');
  const settings = {
    STORAGE_DIR: directory,
    CONF_DIR: join(directory, 'conf'),
    LOCAL_DATA_DIR: join(directory, 'whisper'),
    LOG_DIR: join(directory, 'log'),
    PID_DIR: join(directory, 'run'),
    // Debian's own has a user here, which only root could become.
    USER: '',
    MAX_UPDATES_PER_SECOND: 'inf',
    MAX_CREATES_PER_MINUTE: 'inf',
    LINE_RECEIVER_INTERFACE: '127.0.0.1',
    LINE_RECEIVER_PORT: linePort,
    PICKLE_RECEIVER_INTERFACE: '127.0.0.1',
    PICKLE_RECEIVER_PORT: picklePort,
    CACHE_QUERY_INTERFACE: '127.0.0.1',
    CACHE_QUERY_PORT: 0,
    ENABLE_TAGS: 'False',
    CARBON_METRIC_INTERVAL: 0,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  const file = join(directory, 'conf', 'carbon.conf');
  writeFileSync(file, `[cache]\n${lines.join('\n')}\n`);
  return file;
}

function fetched(file: string, fromSeconds: number, untilSeconds: number): Map<number, number> {
  try {
    const range = [`--from=${fromSeconds}`, `--until=${untilSeconds}`];
    const rows = execFileSync(PROGRAMS.fetch, [...range, file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')
      .map((row) => row.split('\t'));
    return new Map(rows.filter(([, value]) => value !== 'None').map(([time, value]) => [Number(time), Number(value)]));
  } catch {
    // Nothing is stored yet.
    return new Map();
  }
}
