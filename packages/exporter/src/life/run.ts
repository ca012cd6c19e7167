import { type CommandLine, parseCommandLine, UsageError } from '../cli/command-line.ts';
import { type Command, helpText, versionText } from '../cli/help.ts';
import { variablesOf } from '../config/environment-layer.ts';
import { ConfigurationError, problemLine } from '../config/problem.ts';
import type { ConfigOf, Schema } from '../config/schema.ts';
import { describeError } from '../log/describe-error.ts';
import { createLog } from '../log/log.ts';
import type { App, AppCommand } from './app.ts';
import { appFlags } from './app-flags.ts';
import { readBuildInfo } from './build-info.ts';
import { startExporter } from './exporter.ts';
import { checkHealth } from './healthcheck.ts';
import { ownArguments } from './own-arguments.ts';
import { type Invocation, readSettings, type Settings } from './settings.ts';
import { followSignals } from './signals.ts';

const COMMANDS: readonly Command[] = [
  { name: 'healthcheck', doc: 'Ask the exporter running with these settings whether it lives; exit with 0 or 1.' },
];

/**
 * Runs an app as the program of this process, from the command line to the last exit code. The only thing a `main.ts`
 * calls.
 */
export async function runApp<S extends Schema>(app: App<S>): Promise<void> {
  try {
    await run(app);
  } catch (error) {
    if (error instanceof ConfigurationError) for (const problem of error.problems) complain(problemLine(problem));
    else complain(`${app.name}: ${describeError(error)}`);
    if (error instanceof UsageError) complain(`${app.name} --help shows every flag`);
    process.exit(1);
  }
}

async function run<S extends Schema>(app: App<S>): Promise<void> {
  const flags = appFlags(app);
  const commandLine = parseCommandLine(ownArguments(process.argv), flags);
  const build = readBuildInfo(app.packageFile);
  if (commandLine.switches.has('help')) {
    const own = appFlags(app).filter(({ name }) => !app.commands?.some((command) => command.name === name));
    return print(helpText(app, [...COMMANDS, ...(app.commands ?? [])], own));
  }
  if (commandLine.switches.has('version')) return print(versionText(app.name, build));
  const command = commandOf(app, commandLine);
  const invocation: Invocation = { commandLine, environment: process.env, folder: process.cwd() };
  const settings = await readSettings(app, invocation);
  if (commandLine.switches.has('config.check')) return reportCheck(settings);
  if (commandLine.command === 'healthcheck') return checkOwnHealth(settings);
  if (command !== undefined) return runCommand(command, commandLine, settings);

  const { logLevel, logFormat } = settings.base;
  const logControl = createLog({ level: logLevel, format: logFormat });
  const { log } = logControl;
  process.on('uncaughtException', (error) => {
    log.error({ err: error, stack: error.stack }, 'unexpected error; ending');
    process.exit(1);
  });
  log.info({ ...build, runtime: process.version }, `starting ${app.name}`);
  const variables = variablesOf(app.schema).filter((name) => process.env[name]);
  log.info({ file: settings.file, variables }, 'configuration loaded');
  for (const { key, message } of settings.warnings) log.warn({ key }, message);

  // Signals count from now on: as PID 1 a process has no default for them, and a device may take long to start.
  const readAgain = (): Promise<Settings<ConfigOf<S>>> => readSettings(app, invocation);
  const starting = startExporter({
    app,
    build,
    settings,
    logControl,
    environment: process.env,
    readSettings: readAgain,
  });
  followSignals({
    logControl,
    logLevel,
    reload: async () => (await starting).reload(),
    stop: async () => (await starting).stop(),
    exit: (code) => process.exit(code),
  });
  await starting;
}

/** What else than to export is asked for, if anything. @throws {UsageError} when that is nothing the app can do */
function commandOf<S extends Schema>(app: App<S>, { command: word, switches }: CommandLine) {
  const commands = app.commands ?? [];
  const chosen = commands.find(({ name, isSwitch }) => (isSwitch ? switches.has(name) : name === word));
  const isOurs = COMMANDS.some(({ name }) => name === word);
  if (chosen === undefined && word !== undefined && !isOurs) throw new UsageError(`unknown command ${word}`);
  return chosen;
}

/** Runs one of the app's own commands, which logs warnings only: its answer is what it prints. */
async function runCommand<C>(
  command: AppCommand<C>,
  commandLine: CommandLine,
  { config, base, logLevelFlag }: Settings<C>,
): Promise<void> {
  const { log } = createLog({ level: logLevelFlag ?? 'warning', format: base.logFormat });
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
  process.exitCode = await command.run({
    config,
    environment: process.env,
    log,
    signal: stopping.signal,
    commandLine,
    print,
  });
}

/** The address for probes is a plain one, whatever is asked of the clients of the others. */
function checkOwnHealth({ healthListen, listen, web }: Settings<unknown>): Promise<void> {
  return healthListen === undefined ? checkHealth(firstOf(listen), web?.config) : checkHealth(healthListen);
}

function reportCheck({ file, warnings }: Settings<unknown>): void {
  for (const warning of warnings) complain(problemLine(warning));
  print(`${file ?? 'the environment'}: the configuration is valid\n`);
}

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new RangeError('no address to listen on');
  return first;
}

function print(text: string): void {
  process.stdout.write(text);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
