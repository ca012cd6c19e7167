import type { App, AppContext, RunningApp } from '@device-exporters/exporter';
import { createOtlpPush } from '@device-exporters/otlp';
import { type Clock, systemClock } from '@device-exporters/retry';
import { type Config, checkConfig, schema } from './config.ts';
import { declareMetrics, declareOptionalMetrics } from './metrics.ts';
import { createMiniservers } from './miniservers.ts';

/** loxone-exporter as the common life of all exporters sees it. */
export const loxoneExporter = loxoneExporterOn(systemClock);

/** The same by another clock: how a test lets minutes pass. */
export function loxoneExporterOn(clock: Clock): App<typeof schema> {
  return {
    name: 'loxone-exporter',
    title: 'Loxone Exporter',
    description: 'Exports the controls of Loxone Miniservers as Prometheus metrics, followed over their WebSocket.',
    metricsPrefix: 'loxone_exporter',
    packageFile: new URL('../package.json', import.meta.url),
    schema,
    check: checkConfig,
    base: (config) => ({
      listen: { host: config.listen_address, port: config.listen_port },
      logLevel: config.log_level,
      logFormat: config.log_format,
    }),
    start: (context) => start(context, clock),
  };
}

function start(context: AppContext<Config>, clock: Clock): RunningApp<Config> {
  const { config, registry, log, signal } = context;
  const metrics = declareMetrics(registry);
  metrics.up.series().set(1);
  const push = createOtlpPush({
    ...context,
    serviceName: 'loxone-exporter',
    declareMetrics: () => declareOptionalMetrics(registry).otlp,
    clock,
  });
  push.apply(config.opentelemetry);
  const miniservers = createMiniservers({ registry, metrics, log, clock, signal });
  const following = miniservers.apply(config);
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return {
    health: () => ({ key: 'miniservers', devices: miniservers.health() }),
    reload: (next) => {
      push.apply(next.opentelemetry);
      return miniservers.apply(next);
    },
    finished: following
      .then(() => stopped)
      .then(() => Promise.all([miniservers.finished, push.finished]))
      .then(() => undefined),
  };
}
