import { execFileSync } from 'node:child_process';

/** Where a program is, or undefined where the machine lacks it. */
export function locate(program: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
