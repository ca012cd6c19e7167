import { isDeepStrictEqual } from 'node:util';
import type { App, AppContext, RunningApp } from '@device-exporters/exporter';
import { createOtlpPush } from '@device-exporters/otlp';
import { type Clock, systemClock } from '@device-exporters/retry';
import { accountOf } from './account.ts';
import { type Config, checkConfig, schema } from './config.ts';
import { discoverCommand } from './discover-command.ts';
import { discoverIn } from './discovery.ts';
import { declareMetrics, declareOptionalMetrics, templatesFor } from './metrics.ts';
import { onceCommand } from './once-command.ts';
import { closeOutput, openOutput } from './output.ts';
import type { PlugLegacy } from './plug.ts';
import { type Discover, Plugs } from './plugs.ts';
import { openNames } from './state-directory.ts';

/** kasa-graphite as the common life of all exporters sees it. */
export const kasaGraphite = kasaGraphiteOn(systemClock);

/** The same by another clock, and with another network to look at: for tests. */
export function kasaGraphiteOn(clock: Clock, look?: Discover): App<typeof schema> {
  return {
    name: 'kasa-graphite',
    title: 'Kasa Graphite',
    description:
      'Reads TP-Link Kasa plugs over the local network and writes what they say to Graphite, without losing a point.',
    metricsPrefix: 'kasa_graphite',
    packageFile: new URL('../package.json', import.meta.url),
    schema,
    check: checkConfig,
    commands: [discoverCommand(clock), onceCommand(clock)],
    base: (config) => ({
      listen: { host: '0.0.0.0', port: config.listen_port },
      logLevel: config.log_level,
      logFormat: 'logfmt',
    }),
    start: (context) => start(context, clock, look),
  };
}

function start(context: AppContext<Config>, clock: Clock, look: Discover | undefined): RunningApp<Config> {
  const { registry, log, signal, environment } = context;
  const metrics = declareMetrics(registry);
  const names = openNames(context.config, environment, log);

  const send = ({ graphite }: Config) => {
    const output = openOutput(graphite, { metrics: metrics.output, clock, log });
    const stop = new AbortController();
    const ended = output.run(stop.signal);
    return {
      output,
      graphite,
      async stop() {
        stop.abort(new Error('points go elsewhere now, or nowhere'));
        await ended;
        await closeOutput(output, graphite, log);
      },
    };
  };
  const follow = (
    config: Config,
    { output }: ReturnType<typeof send>,
    legacies: ReadonlyMap<string, PlugLegacy> = new Map(),
  ) => {
    const plugs = new Plugs({
      config: config.kasa,
      registry,
      metrics,
      names,
      templates: templatesFor(config.graphite.prefix),
      deliver: (points) => output.add(points),
      account: () => accountOf(config),
      discover: look ?? discoverIn(config.kasa, clock),
      legacies,
      clock,
      log,
    });
    const stop = new AbortController();
    return { plugs, stop, ended: plugs.run(AbortSignal.any([signal, stop.signal])) };
  };

  let running = context.config;
  let sending = send(running);
  let following = follow(running, sending);
  const push = createOtlpPush({
    ...context,
    // The page has what is to be known of this program, a collector also gets what the devices say.
    registry: { families: () => [...following.plugs.readings.families(), ...registry.families()] },
    serviceName: 'kasa-graphite',
    declareMetrics: () => declareOptionalMetrics(registry).otlp,
    clock,
  });
  push.apply(context.config.opentelemetry);
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return {
    health: () => ({ key: 'devices', devices: following.plugs.health() }),
    reload: async (config) => {
      following.stop.abort(new Error('the configuration is another one now'));
      await following.ended;
      const legacies = following.plugs.legacies();
      following.plugs.dispose();
      // Points that wait go on waiting where nothing has changed for them.
      const { prefix: _, ...now } = config.graphite;
      const { prefix: __, ...before } = sending.graphite;
      if (!isDeepStrictEqual(now, before)) {
        await sending.stop();
        try {
          sending = send(config);
        } catch (error) {
          // The new spool belongs to another process: everything stays as it was.
          sending = send(running);
          following = follow(running, sending, legacies);
          throw error;
        }
      }
      const isAccountAsBefore = isDeepStrictEqual(accountOf(config), accountOf(running));
      following = follow(config, sending, isAccountAsBefore ? legacies : withoutReaders(legacies));
      running = config;
      push.apply(config.opentelemetry);
    },
    finished: stopped.then(async () => {
      await following.ended;
      await Promise.all([sending.stop(), push.finished]);
      following.plugs.dispose();
    }),
  };
}

/** For another account: what refused the old one may take it. */
function withoutReaders(legacies: ReadonlyMap<string, PlugLegacy>): ReadonlyMap<string, PlugLegacy> {
  return new Map([...legacies].map(([key, { names }]) => [key, { reader: undefined, names }]));
}
