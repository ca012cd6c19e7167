import { parseArgs } from 'node:util';
import type { FlagValues } from '../config/flag-layer.ts';
import { nearest } from '../config/nearest.ts';
import { COMMON_FLAGS, type Flag } from './common-flags.ts';

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/** What was asked for on the command line. */
export interface CommandLine {
  /** First word that is no flag: a subcommand. */
  readonly command: string | undefined;
  /** The words after it. */
  readonly words: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** Flags with one value, by name. */
  readonly values: FlagValues;
  readonly listenAddresses: readonly string[];
}

/**
 * Reads the command line. Flags are spelled as in the Prometheus exporters: `--web.listen-address=:9504`.
 *
 * @param appFlags the app's own flags, all with a value
 * @throws {UsageError}
 */
export function parseCommandLine(args: readonly string[], appFlags: readonly Flag[]): CommandLine {
  const flags: readonly Flag[] = [...COMMON_FLAGS, ...appFlags];
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(flags), strict: false, tokens: true });
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []));
  const given = tokens.flatMap((token) => (token.kind === 'option' ? readFlag(token, flags) : []));
  return {
    command: words[0],
    words: words.slice(1),
    switches: new Set(given.flatMap(({ flag, value }) => (value === undefined ? flag.name : []))),
    values: Object.fromEntries(given.map(({ flag, value }) => [flag.name, value])),
    listenAddresses: given.flatMap(({ flag, value }) => (flag.repeatable && value !== undefined ? value : [])),
  };
}

/** A flag as it was given; a switch has no value. */
interface GivenFlag {
  readonly flag: Flag;
  readonly value: string | undefined;
}

function readFlag(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  flags: readonly Flag[],
): GivenFlag {
  const flag = flags.find((known) => known.name === name || known.aliases?.includes(name));
  if (flag === undefined) throw new UsageError(unknownFlag(rawName, flags));
  if (flag.refusal !== undefined) throw new UsageError(`${rawName} ${flag.refusal}`);
  if (flag.value === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value`);
  if (flag.value !== undefined && value === undefined) {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${flag.value}`);
  }
  return { flag, value };
}

function optionsOf(flags: readonly Flag[]): NonNullable<Parameters<typeof parseArgs>[0]>['options'] {
  const entries = flags.flatMap(({ name, short, aliases, value }) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    const options = [name, ...(aliases ?? [])].map((spelling) => [spelling, { type }] as const);
    return short === undefined ? options : [[name, { type, short }] as const, ...options.slice(1)];
  });
  return Object.fromEntries(entries);
}

function unknownFlag(rawName: string, flags: readonly Flag[]): string {
  const names = flags.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  const near = nearest(rawName.replace(/^-+/, ''), names);
  return `unknown flag ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`;
}
