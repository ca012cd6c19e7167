import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Simulated plugs that run, all with the account of the simulator. */
export interface PlugsProcess {
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** Starts plugs as a process of their own: what they cost is not what is measured. */
export async function startPlugs(count: number): Promise<PlugsProcess> {
  const script = fileURLToPath(new URL('plugs.ts', import.meta.url));
  const child = spawn(process.execPath, [script, `${count}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    ports: JSON.parse(line) as number[],
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
