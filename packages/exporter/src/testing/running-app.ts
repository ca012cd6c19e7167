import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '../cli/command-line.ts';
import type { Schema } from '../config/schema.ts';
import { addressText } from '../http/listen-address.ts';
import type { App } from '../life/app.ts';
import { appFlags } from '../life/app-flags.ts';
import { readBuildInfo } from '../life/build-info.ts';
import { startExporter } from '../life/exporter.ts';
import { type Invocation, readSettings } from '../life/settings.ts';
import { createLog } from '../log/log.ts';
import { type Page, readPage } from './page.ts';
import { until } from './until.ts';

/** One record of the log. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** What an app is started with in a test. */
export interface AppStart {
  /** The configuration file, as an object: JSON is YAML too. Default: no file. */
  readonly config?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** An app with everything that belongs to it, HTTP server included, in the process of the test. */
export interface AppUnderTest extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** The log so far, debug lines included. */
  readonly records: readonly LogRecord[];
  /** The first record with this message, as soon as there is one. */
  logged(message: string): Promise<LogRecord>;
  scrape(): Promise<Page>;
  /** Scrapes until a page satisfies the condition; returns that page. */
  scrapeUntil(what: string, holds: (page: Page) => boolean): Promise<Page>;
  /** `/healthz`. */
  health(): Promise<{ status: number; body: Readonly<Record<string, unknown>> }>;
  /** Replaces the configuration file and reloads it. */
  reload(config: object): Promise<void>;
  /** What a SIGTERM does; resolves when everything has ended. */
  stop(): Promise<void>;
}

/** Starts an app on a free port of loopback. */
export async function startApp<S extends Schema>(app: App<S>, options: AppStart = {}): Promise<AppUnderTest> {
  const { config, environment = {}, args = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), `${app.name}-`));
  const file = join(folder, 'config.yml');
  const flags = ['--web.listen-address=127.0.0.1:0', ...args];
  if (config !== undefined) {
    writeFileSync(file, JSON.stringify(config));
    flags.push(`--config.file=${file}`);
  }
  const commandLine = parseCommandLine(flags, appFlags(app));
  const invocation: Invocation = { commandLine, environment, folder };
  const records: LogRecord[] = [];
  const write = (line: string): void => {
    records.push(JSON.parse(line) as LogRecord);
  };
  const again = () => readSettings(app, invocation);
  const exporter = await startExporter({
    app,
    build: readBuildInfo(app.packageFile),
    settings: await again(),
    logControl: createLog({ level: 'debug', format: 'json', write }),
    environment,
    readSettings: again,
  });
  const url = `http://${exporter.addresses.map(addressText)[0]}`;

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= exporter.stop().finally(() => rmSync(folder, { recursive: true, force: true }));
    return stopping;
  };
  const scrape = async (): Promise<Page> => readPage(await (await fetch(`${url}/metrics`)).text());
  return {
    url,
    records,
    logged: (message) => until(`log record "${message}"`, () => records.find(({ msg }) => msg === message)),
    scrape,
    scrapeUntil: (what, holds) =>
      until(what, async () => {
        const page = await scrape();
        return holds(page) && page;
      }),
    async health() {
      const answer = await fetch(`${url}/healthz`);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    async reload(next) {
      writeFileSync(file, JSON.stringify(next));
      await exporter.reload();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
