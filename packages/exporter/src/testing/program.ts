import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LogRecord } from './running-app.ts';

/** An exporter as a process of its own, with a log in JSON format. */
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

/**
 * Starts an exporter on a port of its own choice and waits until it listens.
 *
 * @param main URL of the module that calls `runApp`
 */
export async function startProgram(
  main: URL,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Program> {
  const program = launch(main, ['--web.listen-address=127.0.0.1:0', ...args], environment);
  const { address } = await program.logged('listening');
  return { ...program, url: `http://${address as string}` };
}

/** Runs an exporter to its end. */
export async function runProgram(main: URL, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { child, exited, stderr } = launch(main, args, environment);
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  return { code: await exited, stdout: () => stdout, stderr };
}

function launch(main: URL, args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, [fileURLToPath(main), ...args], {
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
