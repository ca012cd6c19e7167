import { collectAllProcessMetrics, collectProcessMetrics, SeriesRegistry } from '@device-exporters/metrics';
import type { FastifyInstance } from 'fastify';
import type { ConfigOf, Schema } from '../config/schema.ts';
import { addExporterRoutes, addHealthRoutes, type ExporterRoutes } from '../http/exporter-server.ts';
import { addressText, type ListenAddress } from '../http/listen-address.ts';
import { metricsHandler } from '../http/metrics-route.ts';
import { OpenSockets } from '../http/open-sockets.ts';
import { createServer, listenOn } from '../http/server.ts';
import type { Log } from '../log/log.ts';
import type { Protection } from '../web/protection.ts';
import type { RunningApp } from './app.ts';
import type { ExporterStart } from './exporter-start.ts';
import { declareProgramMetrics } from './program-metrics.ts';
import { createReloader } from './reload.ts';
import type { Settings } from './settings.ts';

/** How long an answer under way may take once the exporter stops; less than the time that stopping has. */
const LAST_ANSWERS_MS = 4000;

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

/**
 * Serves an app: takes the addresses first, so that a port in use ends the program before a device is bothered.
 *
 * @throws {ListenError}
 */
export async function startExporter<S extends Schema>(start: ExporterStart<S>): Promise<RunningExporter> {
  const { app, build, settings, logControl, environment } = start;
  const { log } = logControl;
  const registry = new SeriesRegistry();
  const metrics = declareProgramMetrics(registry, app.metricsPrefix, build);
  if (settings.isRuntimeCollected) await collectAllProcessMetrics(registry);
  else collectProcessMetrics(registry);

  const life: { running?: RunningApp<ConfigOf<S>>; reload?: () => Promise<void> } = {};
  const reload = (): Promise<void> => life.reload?.() ?? Promise.reject(new Error('not started yet'));
  const protection = await protectionOf(settings, log);
  const servers = await serve(settings, protection, log, {
    metricsPath: settings.metricsPath,
    metrics: metricsHandler({
      registry,
      metrics,
      log,
      beforeScrape: (signal) => life.running?.beforeScrape?.(signal),
    }),
    page: { title: app.title, description: app.description, build },
    own: app.routes ?? [],
    answer: (request) => life.running?.answer?.(request) ?? { status: 503, body: 'starting\n' },
    isReady: () => life.running !== undefined,
    health: () => life.running?.health() ?? { key: 'devices', devices: [] },
    reload,
  });

  const stopping = new AbortController();
  const { config, file } = settings;
  const running = app.start({
    config,
    version: build.version,
    file,
    environment,
    registry,
    log,
    signal: stopping.signal,
  });
  life.running = running;
  life.reload = createReloader({ ...start, metrics, running, protection });
  return {
    addresses: servers.addresses,
    registry,
    reload,
    stop: async () => {
      stopping.abort(new Error('the exporter is stopping'));
      await Promise.all([running.finished, servers.close()]);
    },
  };
}

/** Loaded only where it is asked for. */
async function protectionOf({ web }: Settings<unknown>, log: Log): Promise<Protection | undefined> {
  if (web === undefined) return undefined;
  const { Protection } = await import('../web/protection.ts');
  return new Protection(web, log);
}

/** Starts a server on every address that is asked for, or on none. */
async function serve(
  { listen, healthListen }: Settings<unknown>,
  protection: Protection | undefined,
  log: Log,
  routes: ExporterRoutes,
) {
  const servers: FastifyInstance[] = [];
  const addresses: ListenAddress[] = [];
  const sockets = new OpenSockets();
  const close = async (): Promise<void> => {
    // A client that never ends its request, or never begins one, would be waited for forever.
    const cut = setTimeout(() => sockets.destroy(), LAST_ANSWERS_MS);
    await Promise.all(servers.map((server) => server.close())).finally(() => clearTimeout(cut));
  };
  const add = async (
    address: ListenAddress,
    addRoutes: (server: FastifyInstance) => void,
    guard: Protection | undefined,
  ): Promise<void> => {
    const server = createServer(log, sockets, guard);
    servers.push(server);
    addRoutes(server);
    const taken = await listenOn(server, address);
    addresses.push(taken);
    log.info({ address: addressText(taken), tls: guard?.isTls ?? false }, 'listening');
  };
  try {
    for (const address of listen) await add(address, (server) => addExporterRoutes(server, routes), protection);
    if (healthListen !== undefined)
      await add(healthListen, (server) => addHealthRoutes(server, routes.isReady), undefined);
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}
