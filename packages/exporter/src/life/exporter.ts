import { collectAllProcessMetrics, collectProcessMetrics, SeriesRegistry } from '@device-exporters/metrics';
import type { FastifyInstance } from 'fastify';
import type { ConfigOf, Schema } from '../config/schema.ts';
import { addExporterRoutes, addHealthRoutes } from '../http/exporter-server.ts';
import { addressText, type ListenAddress } from '../http/listen-address.ts';
import { metricsHandler } from '../http/metrics-route.ts';
import { createServer, listenOn } from '../http/server.ts';
import type { LogControl } from '../log/log.ts';
import type { App } from './app.ts';
import type { BuildInfo } from './build-info.ts';
import { createReloader } from './reload.ts';
import type { Settings } from './settings.ts';

/** An exporter that serves. */
export interface RunningExporter {
  /** Addresses it listens on, the one for health alone last; port 0 has become a port. */
  readonly addresses: readonly ListenAddress[];
  readonly registry: SeriesRegistry;
  /** Reads the configuration again. Rejects with the reason when the old one stays. */
  reload(): Promise<void>;
  /** Stops accepting, ends the app's sessions, answers the scrapes under way. */
  stop(): Promise<void>;
}

/** What an exporter is started with. */
export interface ExporterStart<S extends Schema> {
  readonly app: App<S>;
  readonly build: BuildInfo;
  readonly settings: Settings<ConfigOf<S>>;
  readonly logControl: LogControl;
  /** Reads the settings anew, for a reload. */
  readSettings(): Promise<Settings<ConfigOf<S>>>;
}

/**
 * Serves an app: takes the addresses first, so that a port in use ends the program before a device is bothered.
 *
 * @throws {ListenError}
 */
export async function startExporter<S extends Schema>(start: ExporterStart<S>): Promise<RunningExporter> {
  const { app, build, settings, logControl } = start;
  const { log } = logControl;
  const registry = new SeriesRegistry();
  const stopping = new AbortController();
  describeBuild(registry, app.metricsPrefix, build);

  let isReady = false;
  const running = app.start({ config: settings.config, registry, log, signal: stopping.signal });
  const metrics = metricsHandler(registry, app.metricsPrefix, log);
  const reload = createReloader({ ...start, registry, running });
  if (settings.isRuntimeCollected) await collectAllProcessMetrics(registry);
  else collectProcessMetrics(registry);

  const routes = {
    metricsPath: settings.metricsPath,
    metrics,
    page: { title: app.title, description: app.description, build },
    isReady: () => isReady,
    health: () => running.health(),
    reload,
  };
  const servers: FastifyInstance[] = [];
  const stop = async (): Promise<void> => {
    isReady = false;
    stopping.abort(new Error('the exporter is stopping'));
    await Promise.all([running.finished, ...servers.map((server) => server.close())]);
  };
  const serve = async (
    address: ListenAddress,
    addRoutes: (server: FastifyInstance) => void,
  ): Promise<ListenAddress> => {
    const server = createServer(log);
    addRoutes(server);
    servers.push(server);
    const taken = await listenOn(server, address);
    log.info({ address: addressText(taken), tls: false }, 'listening');
    return taken;
  };
  try {
    const addresses: ListenAddress[] = [];
    for (const address of settings.listen)
      addresses.push(await serve(address, (server) => addExporterRoutes(server, routes)));
    const { healthListen } = settings;
    if (healthListen !== undefined)
      addresses.push(await serve(healthListen, (server) => addHealthRoutes(server, routes.isReady)));
    isReady = true;
    return { addresses, registry, reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function describeBuild(registry: SeriesRegistry, prefix: string, { version, commit, date }: BuildInfo): void {
  const family = registry.gauge({
    name: `${prefix}_build_info`,
    help: 'Version, commit and build date of this program; the value is always 1.',
    labels: ['version', 'commit', 'build_date'],
  });
  family.series({ version, commit, build_date: date }).set(1);
}
