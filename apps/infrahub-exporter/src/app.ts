import type { App, AppContext, Log, RunningApp } from '@device-exporters/exporter';
import { type Clock, systemClock } from '@device-exporters/retry';
import { checkConfig } from './check-config.ts';
import { type Config, schema } from './config.ts';
import { nameOf } from './discovery/names.ts';
import { originalSpellings } from './environment.ts';
import { Following } from './following.ts';
import { declareMetrics } from './metrics.ts';

/** infrahub-exporter as the common life of all exporters sees it. */
export const infrahubExporter: App<typeof schema> = {
  name: 'infrahub-exporter',
  title: 'Infrahub Exporter',
  description: 'Exports the nodes of an Infrahub as Prometheus metrics and as targets of its HTTP service discovery.',
  metricsPrefix: 'infrahub_exporter',
  packageFile: new URL('../package.json', import.meta.url),
  schema,
  check: checkConfig,
  environment: originalSpellings,
  routes: [
    { path: '/sd', method: 'GET', title: 'Service discovery' },
    { path: '/sd/*', method: 'GET' },
    { path: '/webhook', method: 'POST' },
  ],
  base: (config) => ({
    listen: { host: config.listen_address, port: config.listen_port },
    logLevel: config.log_level,
    logFormat: 'logfmt',
    metricsPath: config.exporters.prometheus.metrics_path,
  }),
  start: (context) => start(context, systemClock),
};

function start(
  { config: first, registry, log, signal, version, environment }: AppContext<Config>,
  clock: Clock,
): RunningApp<Config> {
  const metrics = declareMetrics(registry);
  const following = new Following(first, { registry, metrics, version, environment, clock, log, signal });
  warnOf(first, log);
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return {
    health: () => following.health(),
    answer: (request) => following.answer(request),
    reload(config) {
      warnOf(config, log);
      return following.reload(config);
    },
    finished: stopped.then(() => following.ended()),
  };
}

/** What is allowed, but hardly meant. */
function warnOf(config: Config, log: Log): void {
  warnOfNoExporter(config, log);
  warnOfShortAges(config, log);
}

/** As in the original nothing is exported unless somebody says where to. */
function warnOfNoExporter({ exporters, metrics }: Config, log: Log): void {
  const { prometheus, otlp } = exporters;
  if (metrics.kind.length === 0 || prometheus.enabled || otlp.enabled) return;
  log.warn({}, 'kinds are listed, but neither exporters.prometheus nor exporters.otlp is enabled');
}

/** What is dropped before it can be read again comes and goes. */
function warnOfShortAges(
  { metrics, service_discovery: discovery, poll_interval_seconds: interval }: Config,
  log: Log,
): void {
  const { max_age_seconds: maxAge, kind } = metrics;
  const aged = [
    ...(maxAge === null || kind.length === 0 ? [] : [{ what: 'metrics', maxAge, interval }]),
    ...(discovery.enabled ? discovery.queries : []).map((query) => ({
      what: nameOf(query),
      maxAge: query.max_age_seconds,
      interval: query.refresh_interval_seconds,
    })),
  ];
  for (const one of aged) {
    if (one.maxAge <= one.interval)
      log.warn(one, 'max_age_seconds is not longer than the interval: what is read is gone before it is read again');
  }
}
