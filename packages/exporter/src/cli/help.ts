import type { BuildInfo } from '../life/build-info.ts';
import { COMMON_FLAGS, type Flag } from './common-flags.ts';

/** A word that makes the program do something else than run. */
export interface Command {
  readonly name: string;
  readonly doc: string;
  /** What follows the word: `[HOST…]`. */
  readonly words?: string;
  /** It is spelled as a flag. */
  readonly isSwitch?: true;
}

/** The text of `--help`. */
export function helpText(
  app: { name: string; description: string },
  commands: readonly Command[],
  flags: readonly Flag[],
): string {
  const usageOf = (...words: (string | undefined)[]): string =>
    [app.name, ...words, '[flags]'].filter(Boolean).join(' ');
  const spelled = (command: Command): string => `${command.isSwitch ? '--' : ''}${command.name}`;
  const usage = [
    `Usage: ${usageOf()}`,
    ...commands.map((command) => `       ${usageOf(spelled(command), command.words)}`),
  ];
  const commandRows = commands.map((command) => [spelled(command), command.doc] as const);
  const flagRows = [...COMMON_FLAGS, ...flags.filter(({ refusal }) => refusal === undefined)].map(
    (flag) => [spelling(flag), flag.doc] as const,
  );
  return [
    app.description,
    '',
    ...usage,
    '',
    'Commands:',
    ...table(commandRows),
    '',
    'Flags:',
    ...table(flagRows),
    '',
    'A flag wins over the environment, that over the configuration file, that over the default.',
    '',
  ].join('\n');
}

/** The text of `--version`. */
export function versionText(name: string, { version, commit, date }: BuildInfo): string {
  return [
    `${name}, version ${version} (revision: ${commit})`,
    `  build date: ${date}`,
    `  runtime:    Node.js ${process.version}`,
    `  platform:   ${process.platform}/${process.arch}`,
    '',
  ].join('\n');
}

function spelling({ name, short, aliases, value }: Flag): string {
  const names = [
    `--${name}`,
    ...(aliases ?? []).map((alias) => `--${alias}`),
    ...(short === undefined ? [] : [`-${short}`]),
  ];
  return `${names.join(', ')}${value === undefined ? '' : ` ${value}`}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(36)} ${right}`);
}
