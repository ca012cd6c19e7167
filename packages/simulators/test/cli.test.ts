import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

function simulate(...args: string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { stdio: 'pipe' });
}

describe('the command line', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('runs a Miniserver until %s and then ends with 0', async (signal) => {
    const child = simulate('loxone', '--port', '0', '--ssl-port', '0');
    const [text] = (await once(child.stdout!, 'data')) as [Buffer];
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text.toString())?.[1];
    const answer = await fetch(`http://127.0.0.1:${port}/jdev/cfg/api`);
    expect(await answer.text()).toContain('14.5.12.28');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with 1 and a sentence when a flag is unknown', async () => {
    const child = simulate('loxone', '--colour', 'blue');
    const [[text], [code]] = await Promise.all([once(child.stderr!, 'data'), once(child, 'exit')]);
    expect(String(text)).toContain("Unknown option '--colour'");
    expect(code).toBe(1);
  });
});
