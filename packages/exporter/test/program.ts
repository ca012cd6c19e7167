import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('fixture/demo-exporter.ts', import.meta.url));

/** One record of the log, in JSON format. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** The demo exporter as a process of its own. */
export interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** `http://127.0.0.1:port`, from the log. */
  readonly url: string;
  readonly stderr: () => string;
  /** Resolves with the first record whose message this is. */
  logged(message: string): Promise<LogRecord>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

/** Starts the demo exporter on a port of its own choice and waits until it listens. */
export async function startProgram(
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Program> {
  const program = launch(['--web.listen-address=127.0.0.1:0', ...args], environment);
  const { address } = await program.logged('listening');
  return { ...program, url: `http://${address as string}` };
}

/** Runs the demo exporter to its end. */
export async function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { child, exited, stderr } = launch(args, environment);
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  return { code: await exited, stdout: () => stdout, stderr };
}

function launch(args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    cwd: '/',
  });
  let text = '';
  const waiting = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const check of waiting) check();
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const records = (): LogRecord[] =>
    text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogRecord);
  const logged = (message: string): Promise<LogRecord> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const record = records().find(({ msg }) => msg === message);
        if (record === undefined) return;
        waiting.delete(check);
        resolve(record);
      };
      waiting.add(check);
      check();
      void exited.then(() => reject(new Error(`ended without logging "${message}":\n${text}`)));
    });
  return { child, url: '', stderr: () => text, logged, exited };
}
