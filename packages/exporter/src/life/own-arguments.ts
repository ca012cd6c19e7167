import { readFileSync } from 'node:fs';

/**
 * The arguments that this process goes by. A health check that an engine starts in a container has none of the flags that
 * the container was started with, and would ask at the wrong address: one without flags of its own takes those of process 1,
 * where that is the same program, with or without an init before it.
 *
 * @param argv as `process.argv`
 * @param processOne where the kernel has the command line of process 1, its words each ended by a NUL (proc(5))
 */
export function ownArguments(argv: readonly string[], processOne = '/proc/1/cmdline'): readonly string[] {
  const [, main = '', ...args] = argv;
  return args.length === 1 && args[0] === 'healthcheck' ? [...args, ...argumentsOf(main, processOne)] : args;
}

/** What follows the name of a program in a command line; nothing where that is another program's, or cannot be read. */
function argumentsOf(main: string, commandLineFile: string): readonly string[] {
  try {
    const words = readFileSync(commandLineFile, 'utf8').split('\0').slice(0, -1);
    const at = words.indexOf(main);
    return at === -1 ? [] : words.slice(at + 1);
  } catch {
    // There is no such file outside of Linux.
    return [];
  }
}
