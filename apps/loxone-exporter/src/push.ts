import { isDeepStrictEqual } from 'node:util';
import type { AppContext } from '@device-exporters/exporter';
import { createOtlpOutput, type OtlpDefaults, type OtlpMetrics, type OtlpSettings } from '@device-exporters/otlp';
import type { Clock } from '@device-exporters/retry';
import { type Config, schema } from './config.ts';
import { declareOptionalMetrics } from './metrics.ts';

type PushConfig = Config['opentelemetry'];

/** What a push is made of. The signal ends it. */
export type PushOptions = Pick<AppContext<Config>, 'registry' | 'environment' | 'version' | 'log' | 'signal'> & {
  readonly clock: Clock;
};

/** All metrics to an OpenTelemetry collector, where the configuration wants it. */
export interface Push {
  /** Starts, ends or changes it; one that is unchanged goes on undisturbed. */
  apply(config: Config): void;
  /** Resolves when it has ended after the signal fired. */
  readonly finished: Promise<void>;
}

/** Creates the push, idle until a configuration is applied. */
export function createPush({ registry, environment, version, log, signal, clock }: PushOptions): Push {
  let metrics: OtlpMetrics | undefined;
  let current: { readonly config: PushConfig; readonly stop: AbortController } | undefined;
  let ended: Promise<void> = Promise.resolve();

  function start(config: PushConfig): void {
    const stop = new AbortController();
    current = { config, stop };
    metrics ??= declareOptionalMetrics(registry).otlp;
    try {
      const settings = settingsOf(config);
      const service = { serviceName: 'loxone-exporter', version };
      const output = createOtlpOutput({
        registry,
        settings,
        defaults: DEFAULTS,
        environment,
        metrics,
        ...service,
        log,
        clock,
      });
      const running = output.run(AbortSignal.any([signal, stop.signal]));
      ended = Promise.all([ended, running]).then(() => undefined);
    } catch (err) {
      // Only variables can be wrong here: settings have been checked. Metrics are more than their second way out.
      log.error({ err }, 'nothing is pushed to the OpenTelemetry collector');
    }
  }

  return {
    apply({ opentelemetry }) {
      if (isDeepStrictEqual(opentelemetry, current?.config)) return;
      current?.stop.abort(new Error('the configuration of the push has changed'));
      current = undefined;
      if (opentelemetry.enabled) start(opentelemetry);
      // What ends exports once more, and says how that went: after that there is nothing to say.
      else ended = ended.then(() => (current === undefined ? metrics?.up.clear() : undefined));
    },
    get finished() {
      return ended;
    },
  };
}

const { endpoint: ENDPOINT, interval_seconds: INTERVAL, timeout_seconds: TIMEOUT } = schema.opentelemetry;

/** As in the schema; a collector takes gRPC on 4317 and HTTP on 4318. */
const DEFAULTS: OtlpDefaults = {
  endpoints: { grpc: ENDPOINT.default, http: ENDPOINT.default.replace(/4317$/, '4318') },
  protocol: schema.opentelemetry.protocol.default,
  intervalSeconds: INTERVAL.default,
  timeoutSeconds: TIMEOUT.default,
};

/** What is left at its default is left to the variables `OTEL_…`, and to the defaults after those. */
function settingsOf({ endpoint, protocol, interval_seconds, timeout_seconds, tls, auth }: PushConfig): OtlpSettings {
  return {
    endpoint: chosen(endpoint, ENDPOINT.default),
    protocol: chosen(protocol, schema.opentelemetry.protocol.default),
    intervalSeconds: chosen(interval_seconds, INTERVAL.default),
    timeoutSeconds: chosen(timeout_seconds, TIMEOUT.default),
    headers: auth.headers,
    tls: { enabled: tls.enabled, caFile: tls.cert_path },
  };
}

function chosen<T>(value: T, byDefault: T): T | undefined {
  return value === byDefault ? undefined : value;
}
