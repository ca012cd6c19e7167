import type { SeriesRegistry } from '@device-exporters/metrics';
import type { CommandLine } from '../cli/command-line.ts';
import type { Flag } from '../cli/common-flags.ts';
import type { Environment } from '../config/environment-layer.ts';
import type { LogFormat, LogLevel } from '../config/format-types.ts';
import type { Problem } from '../config/problem.ts';
import type { ConfigOf, Schema } from '../config/schema.ts';
import type { AppRoute, RouteAnswer, RouteRequest } from '../http/app-routes.ts';
import type { HealthReport } from '../http/health.ts';
import type { ListenAddress } from '../http/listen-address.ts';
import type { Log } from '../log/log.ts';

/** What every configuration says, under whatever keys. */
export interface BaseSettings {
  readonly listen: ListenAddress;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Path of the metrics, where the configuration has a key for it; the flag wins. */
  readonly metricsPath?: string;
}

/** What an app is given to live on. */
export interface AppContext<C> {
  readonly config: C;
  /** Of this build. */
  readonly version: string;
  /** The file that the configuration was read from, if any. */
  readonly file: string | undefined;
  /** For settings that name variables. */
  readonly environment: Environment;
  readonly registry: SeriesRegistry;
  readonly log: Log;
  /** Fires when the process is to end: close sessions, flush buffers, then resolve {@link RunningApp.finished}. */
  readonly signal: AbortSignal;
}

/** An app that runs. */
export interface RunningApp<C> {
  health(): HealthReport;
  /** Answers the {@link App.routes}. */
  answer?(request: RouteRequest): Promise<RouteAnswer> | RouteAnswer;
  /** Awaited before every scrape, for devices that are read only then. The signal fires when the scraper has gone. */
  beforeScrape?(signal: AbortSignal): Promise<void>;
  /** Takes a new configuration over: what is gone ends, what is new starts, what is unchanged goes on undisturbed. */
  reload(config: C): Promise<void> | void;
  /** Resolves when everything has ended after the signal fired. */
  readonly finished: Promise<void>;
}

/** A word on the command line that makes the program do something else than export, such as `probe`. */
export interface AppCommand<C> {
  readonly name: string;
  /** It is spelled as a flag, `--once`, as in the program that this one takes the place of. */
  readonly isSwitch?: true;
  readonly doc: string;
  /** What follows the word, for `--help`: `[HOST…]`. */
  readonly words?: string;
  /** Does it. @returns the exit code */
  run(context: CommandContext<C>): Promise<number>;
}

/** What a command is given. */
export interface CommandContext<C> extends Pick<AppContext<C>, 'config' | 'environment' | 'log' | 'signal'> {
  /** Words after the command, and its flags. */
  readonly commandLine: CommandLine;
  /** Prints to standard output. */
  print(text: string): void;
}

/** An exporter: its name, its settings and its own life. The rest is the same for all and comes from this package. */
export interface App<S extends Schema> {
  /** Name of the program and the image. */
  readonly name: string;
  /** For people: `Loxone Exporter`. */
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  /** Prefix of the metrics about the program itself: `loxone_exporter`. */
  readonly metricsPrefix: string;
  /** URL of the app's package.json, for the version where no bundle has it baked in. */
  readonly packageFile: URL;
  readonly schema: S;
  /** Finds what no single setting can tell. A required value that is missing is null here. */
  readonly check?: (config: ConfigOf<S>, environment: Environment) => Problem[];
  /** Flags besides the common ones, for settings that name them. */
  readonly flags?: readonly Flag[];
  /** What else it can do. */
  readonly commands?: readonly AppCommand<ConfigOf<S>>[];
  /** Paths of its own, answered by {@link RunningApp.answer}. */
  readonly routes?: readonly AppRoute[];
  /** The environment as it is meant, where older spellings of variables are to be understood as well. */
  readonly environment?: (environment: Environment) => Environment;
  base(config: ConfigOf<S>): BaseSettings;
  /** Starts the app's own life. Must not wait for a device. */
  start(context: AppContext<ConfigOf<S>>): RunningApp<ConfigOf<S>>;
}
