import type { App, AppContext, RunningApp } from '@device-exporters/exporter';
import { createOtlpPush } from '@device-exporters/otlp';
import { type Clock, systemClock } from '@device-exporters/retry';
import { discover } from '@device-exporters/tplink';
import { accountOf } from './account.ts';
import { type CompatibilityMetric, declareCompatibilityMetrics } from './compatibility-metrics.ts';
import { type Config, checkConfig, schema, type TapoConfig } from './config.ts';
import { Devices, type Discover, type Heritage } from './devices.ts';
import { discoveryOptionsOf } from './discovery.ts';
import { declareMetrics, declareOptionalMetrics } from './metrics.ts';
import { probe } from './probe.ts';
import { selectionOf } from './selection.ts';
import { writeNonDefaults } from './write-config.ts';

/** tapo-exporter as the common life of all exporters sees it. */
export const tapoExporter = tapoExporterOn(systemClock);

/** The same by another clock, and with another network to look at: for tests. */
export function tapoExporterOn(clock: Clock, look?: Discover): App<typeof schema> {
  return {
    name: 'tapo-exporter',
    title: 'Tapo Exporter',
    description: 'Exports TP-Link Tapo and Kasa devices, read over the local network, as Prometheus metrics.',
    metricsPrefix: 'tapo_exporter',
    packageFile: new URL('../package.json', import.meta.url),
    schema,
    check: checkConfig,
    flags: [
      { name: 'json', doc: 'With probe: print JSON.' },
      {
        name: 'tapo-password',
        value: 'PASSWORD',
        doc: '',
        refusal:
          'is not a flag, as everybody on this machine could read it: set the variable TAPO_PASSWORD, or TAPO_PASSWORD_FILE to a file that has it',
      },
    ],
    commands: [probe(clock)],
    base: (config) => ({
      listen: { host: '0.0.0.0', port: config.prometheus_port },
      logLevel: config.log_level,
      logFormat: 'logfmt',
    }),
    start: (context) => start(context, clock, look),
  };
}

function start(context: AppContext<Config>, clock: Clock, look: Discover | undefined): RunningApp<Config> {
  const { registry, log, signal, environment } = context;
  const metrics = declareMetrics(registry);
  let declared: CompatibilityMetric[] | undefined;
  const compatibilityFor = ({ compatibility_metrics }: TapoConfig): readonly CompatibilityMetric[] => {
    if (!compatibility_metrics) return [];
    declared ??= declareCompatibilityMetrics(registry);
    return declared;
  };
  void writeNonDefaults(context);
  if (Object.keys(context.config.exporters.tapo.discovery_options.credentials ?? {}).length > 0) {
    log.warn(
      { key: 'exporters.tapo.discovery_options.credentials' },
      'accounts in this section are not used: set TP_LINK_USERNAME and TP_LINK_PASSWORD, or TP_LINK_PASSWORD_FILE',
    );
  }

  const follow = (config: Config, heritage?: Heritage) => {
    const { tapo } = config.exporters;
    const usual: Discover = (until) => discover({ ...discoveryOptionsOf(tapo), clock, signal: until });
    const devices = new Devices({
      config: tapo,
      series: { registry, metrics, compatibility: compatibilityFor(tapo), selection: selectionOf(tapo) },
      account: () => accountOf(config, environment),
      discover: tapo.discovery_options.perform_discovery ? (look ?? usual) : undefined,
      heritage,
      clock,
      log,
    });
    const stop = new AbortController();
    const ended = devices.run(AbortSignal.any([signal, stop.signal]));
    return { config, devices, stop, ended };
  };
  let following = follow(context.config);
  /** Where devices are read when somebody looks, somebody does. */
  const readOnDemand = async (until: AbortSignal): Promise<void> => {
    const { refresh_interval } = following.config.exporters.tapo.prometheus_options;
    if (refresh_interval === null && !signal.aborted) await following.devices.collect(until);
  };
  const push = createOtlpPush({
    ...context,
    serviceName: 'tapo-exporter',
    declareMetrics: () => declareOptionalMetrics(registry).otlp,
    beforeExport: readOnDemand,
    clock,
  });
  push.apply(context.config.opentelemetry);
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return {
    health: () => ({ key: 'devices', devices: following.devices.health() }),
    beforeScrape: readOnDemand,
    reload: async (config) => {
      push.apply(config.opentelemetry);
      following.stop.abort(new Error('the configuration is another one now'));
      await following.ended;
      following = follow(config, following.devices.handOver());
    },
    // What was read last is exported before it goes.
    finished: stopped.then(() => Promise.all([following.ended, push.finished])).then(() => following.devices.dispose()),
  };
}
