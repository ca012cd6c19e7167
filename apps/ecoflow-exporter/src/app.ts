import { isDeepStrictEqual } from 'node:util';
import type { App, AppContext, RunningApp } from '@device-exporters/exporter';
import { createOtlpPush } from '@device-exporters/otlp';
import { type Clock, systemClock } from '@device-exporters/retry';
import { apiTypeOf, type Config, checkConfig, schema } from './config.ts';
import { readDevicesSetting } from './devices-setting.ts';
import { DynamicFamilies } from './dynamic-families.ts';
import { declareMetrics, declareOptionalMetrics } from './metrics.ts';
import { createSource } from './sources/create-source.ts';
import { Stations } from './stations.ts';

/** ecoflow-exporter as the common life of all exporters sees it. */
export const ecoflowExporter = ecoflowExporterOn(systemClock);

/** The same by another clock: for tests. */
export function ecoflowExporterOn(clock: Clock): App<typeof schema> {
  return {
    name: 'ecoflow-exporter',
    title: 'EcoFlow Exporter',
    description:
      'Exports EcoFlow power stations and other devices, read from the cloud of EcoFlow, as Prometheus metrics.',
    metricsPrefix: 'ecoflow_exporter',
    packageFile: new URL('../package.json', import.meta.url),
    schema,
    check: checkConfig,
    base: (config) => ({
      listen: { host: '0.0.0.0', port: config.exporter_port },
      logLevel: config.log_level,
      logFormat: 'logfmt',
    }),
    start: (context) => start(context, clock),
  };
}

function start(context: AppContext<Config>, clock: Clock): RunningApp<Config> {
  const { config: first, registry, log, signal, environment } = context;
  const metrics = declareMetrics(registry, first.metrics_prefix);
  const dynamic = new DynamicFamilies(registry, first.metrics_prefix);

  const follow = (config: Config) => {
    const shared = {
      registry,
      metrics,
      dynamic: config.metrics === 'typed' ? undefined : dynamic,
      isTyped: config.metrics !== 'dynamic',
      log,
    };
    const stations = new Stations(config, shared);
    const stop = new AbortController();
    log.info({ api: apiTypeOf(config), devices: stations.wanted ?? 'all of the account' }, 'reading devices');
    const source = createSource({ config, stations, metrics, clock, log }, environment);
    const ended = source.run(AbortSignal.any([signal, stop.signal]));
    return { stations, stop, ended };
  };
  let following = follow(first);
  let followed = sourceSettingsOf(first);
  // Devices say more than anybody reads: what they have said is put on the page when somebody looks.
  const render = async (): Promise<void> => following.stations.render();
  const push = createOtlpPush({
    ...context,
    serviceName: 'ecoflow-exporter',
    declareMetrics: () => declareOptionalMetrics(registry).otlp,
    beforeExport: render,
    clock,
  });
  push.apply(first.opentelemetry);
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return {
    health: () => ({ key: 'devices', devices: following.stations.health() }),
    beforeScrape: render,
    reload: async (config) => {
      push.apply(config.opentelemetry);
      const wanted = sourceSettingsOf(config);
      // Logins are few a day, and what a device has pushed is not said again.
      if (isDeepStrictEqual(wanted, followed)) return;
      following.stop.abort(new Error('the configuration is another one now'));
      await following.ended;
      following.stations.dispose();
      following = follow(config);
      followed = wanted;
    },
    // What was said last is exported before it goes.
    finished: stopped
      .then(() => Promise.all([following.ended, push.finished]))
      .then(() => following.stations.dispose()),
  };
}

/** What of a configuration the devices depend on: all but how the exporter itself is served, logged and pushed. */
function sourceSettingsOf({ opentelemetry: _push, log_level: _level, exporter_port: _port, ...settings }: Config) {
  return { ...settings, models: readDevicesSetting(settings.devices_json) };
}
