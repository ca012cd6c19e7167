import { test } from 'vitest';
import { locate } from './locate.ts';

/**
 * `test` for what needs a program that not every machine has, such as `promtool`.
 *
 * Where it is absent the test is skipped and named at the end of the run; with `CI=true` it fails, as there every program
 * is to be installed.
 */
export function testWith(program: string): (name: string, run: () => Promise<void> | void) => void {
  const isAbsent = locate(program) === undefined;
  return (name, run) => {
    const title = `${name} [needs ${program}]`;
    if (!isAbsent) test(title, run);
    else if (process.env['CI'] === 'true') {
      test(title, () => {
        throw new Error(`${program} is not installed`);
      });
    } else test.skip(title, run);
  };
}
