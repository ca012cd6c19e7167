import { resolve } from 'node:path';
import type { CommandLine } from '../cli/command-line.ts';
import { UsageError } from '../cli/command-line.ts';
import type { Environment } from '../config/environment-layer.ts';
import type { LogLevel } from '../config/format-types.ts';
import { expectedOf, readValue } from '../config/formats.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { ConfigurationError, shown } from '../config/problem.ts';
import type { ConfigOf, Schema } from '../config/schema.ts';
import { type ListenAddress, parseListenAddress } from '../http/listen-address.ts';
import type { WebConfig, WebSource } from '../web/web-config.ts';
import type { App, BaseSettings } from './app.ts';

/** What a process is started with. */
export interface Invocation {
  readonly commandLine: CommandLine;
  readonly environment: Environment;
  /** Working directory. */
  readonly folder: string;
}

/** Everything the common life needs to know, flags applied. */
export interface Settings<C> extends LoadedConfig<C> {
  readonly base: BaseSettings;
  /** The web configuration, where one is asked for. */
  readonly web: WebSource | undefined;
  /** One or more. */
  readonly listen: readonly ListenAddress[];
  readonly healthListen: ListenAddress | undefined;
  readonly metricsPath: string;
  readonly isRuntimeCollected: boolean;
  /** The level as the command line gives it. */
  readonly logLevelFlag: LogLevel | undefined;
}

const DEFAULT_FILES = ['config.yml', 'config.yaml'];

/**
 * Reads configuration and common flags.
 *
 * @throws {ConfigurationError} with every problem of the configuration
 * @throws {UsageError} when a flag's value cannot be used
 */
export async function readSettings<S extends Schema>(
  app: App<S>,
  invocation: Invocation,
): Promise<Settings<ConfigOf<S>>> {
  const { commandLine, environment, folder } = invocation;
  const { values, switches } = commandLine;
  const pathFlag = values['web.telemetry-path'];
  if (pathFlag !== undefined && !isMetricsPath(pathFlag))
    throw new UsageError(`not a path: --web.telemetry-path ${pathFlag}`);
  const sources = {
    file: values['config.file'],
    defaultFiles: DEFAULT_FILES,
    environment: app.environment?.(environment) ?? environment,
    flags: values,
    allowUnknownKeys: switches.has('config.allow-unknown-keys'),
    folder,
  };
  const logLevel = logFlag<'logLevel'>(values['log.level'], '--log.level', 'log-level');
  const logFormat = logFlag<'logFormat'>(values['log.format'], '--log.format', 'log-format');
  const healthAddress = values['web.health-address'];
  const flagAddresses = commandLine.listenAddresses.map(parseListenAddress);

  const [loaded, web] = await allOf(
    loadConfig(app.schema, sources, app.check),
    readWebSource(values['web.config.file'], folder),
  );
  const base = app.base(loaded.config);
  return {
    ...loaded,
    web,
    base: { ...base, logLevel: logLevel ?? base.logLevel, logFormat: logFormat ?? base.logFormat },
    listen: flagAddresses.length > 0 ? flagAddresses : [base.listen],
    healthListen: healthAddress === undefined ? undefined : parseListenAddress(healthAddress),
    metricsPath: pathFlag ?? base.metricsPath ?? '/metrics',
    isRuntimeCollected: switches.has('collector.nodejs'),
    logLevelFlag: logLevel,
  };
}

/** Two readings, one after the other's problems. @throws {ConfigurationError} with those of both */
async function allOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const outcomes = await Promise.allSettled([first, second]);
  const problems = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' && outcome.reason instanceof ConfigurationError ? outcome.reason.problems : [],
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Promise.all([first, second]);
}

/** The reader is loaded only where there is something to read. @param file empty: none, as in the Prometheus exporters */
async function readWebSource(file: string | undefined, folder: string): Promise<WebSource | undefined> {
  if (!file) return undefined;
  const path = resolve(folder, file);
  const { readWebConfig } = await import('../web/read-web-config.ts');
  const read = (): WebConfig => readWebConfig(path);
  return { config: read(), read };
}

/** Whether metrics can be served under this path. */
export function isMetricsPath(path: string): boolean {
  return /^\/[\w./-]*$/.test(path);
}

function logFlag<K extends 'logLevel' | 'logFormat'>(
  text: string | undefined,
  flag: string,
  format: 'log-level' | 'log-format',
): BaseSettings[K] | undefined {
  if (text === undefined) return undefined;
  const setting = { doc: '', format, default: 'info' } as const;
  const value = readValue(text, setting, '');
  if (value === undefined) throw new UsageError(`${flag}: expected ${expectedOf(setting)}, found ${shown(text)}`);
  return value as BaseSettings[K];
}
