import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@device-exporters/retry';
import type { OutputLog } from '../log.ts';
import type { OtlpMetrics } from '../metrics.ts';
import type { OtlpOutputOptions } from '../output.ts';
import type { OtlpDefaults, OtlpSettings } from '../settings/settings.ts';
import { type OtlpSectionConfig, otlpSection } from './section.ts';

/** What a push is made of. */
export interface OtlpPushOptions
  extends Pick<OtlpOutputOptions, 'registry' | 'serviceName' | 'version' | 'beforeExport'> {
  /** For the variables `OTEL_…`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Declares the metrics of the push; called when it is first switched on. */
  declareMetrics(): OtlpMetrics;
  readonly clock: Clock;
  readonly log: PushLog;
  /** Ends it, after a last export. */
  readonly signal: AbortSignal;
}

/** Where a push tells what happens, a pino logger for one. */
export interface PushLog extends OutputLog {
  error(data: Readonly<Record<string, unknown>>, message: string): void;
}

/** All metrics of an app to an OpenTelemetry collector, where its configuration wants it. */
export interface OtlpPush {
  /** Starts, ends or changes it; one that is unchanged goes on undisturbed. */
  apply(config: OtlpSectionConfig): void;
  /** Resolves when it has ended after the signal fired; a getter, as {@link apply} may begin another one. */
  readonly finished: Promise<void>;
}

/** Creates the push, idle until a configuration is applied. */
export function createOtlpPush({ declareMetrics, signal, ...options }: OtlpPushOptions): OtlpPush {
  let metrics: OtlpMetrics | undefined;
  let current: { readonly config: OtlpSectionConfig; readonly stop: AbortController } | undefined;
  let ended: Promise<void> = Promise.resolve();

  async function run(config: OtlpSectionConfig, stopping: AbortSignal): Promise<void> {
    try {
      // Loaded here: an app whose push is switched off pays nothing for it.
      const { createOtlpOutput } = await import('../output.ts');
      metrics ??= declareMetrics();
      const output = createOtlpOutput({ ...options, settings: settingsOf(config), defaults: DEFAULTS, metrics });
      await output.run(stopping);
    } catch (err) {
      // Only variables can be wrong here: settings have been checked. Metrics are more than their second way out.
      options.log.error({ err }, 'nothing is pushed to the OpenTelemetry collector');
    }
  }

  function start(config: OtlpSectionConfig): void {
    const stop = new AbortController();
    current = { config, stop };
    const running = run(config, AbortSignal.any([signal, stop.signal]));
    ended = Promise.all([ended, running]).then(() => undefined);
  }

  return {
    apply(config) {
      if (isDeepStrictEqual(config, current?.config)) return;
      current?.stop.abort(new Error('the configuration of the push has changed'));
      current = undefined;
      if (config.enabled) start(config);
      // What ends exports once more, and says how that went: after that there is nothing to say.
      else ended = ended.then(() => (current === undefined ? metrics?.up.clear() : undefined));
    },
    get finished() {
      return ended;
    },
  };
}

const {
  endpoint: ENDPOINT,
  protocol: PROTOCOL,
  interval_seconds: INTERVAL,
  timeout_seconds: TIMEOUT,
} = otlpSection('');

/** As in the schema; a collector takes gRPC on 4317 and HTTP on 4318. */
const DEFAULTS: OtlpDefaults = {
  endpoints: { grpc: ENDPOINT.default, http: ENDPOINT.default.replace(/4317$/, '4318') },
  protocol: PROTOCOL.default,
  intervalSeconds: INTERVAL.default,
  timeoutSeconds: TIMEOUT.default,
};

/** What is left at its default is left to the variables `OTEL_…`, and to the defaults after those. */
function settingsOf({
  endpoint,
  protocol,
  interval_seconds,
  timeout_seconds,
  tls,
  auth,
}: OtlpSectionConfig): OtlpSettings {
  return {
    endpoint: chosen(endpoint, ENDPOINT.default),
    protocol: chosen(protocol, PROTOCOL.default),
    intervalSeconds: chosen(interval_seconds, INTERVAL.default),
    timeoutSeconds: chosen(timeout_seconds, TIMEOUT.default),
    headers: auth.headers,
    tls: { enabled: tls.enabled, caFile: tls.cert_path },
  };
}

function chosen<T>(value: T, byDefault: T): T | undefined {
  return value === byDefault ? undefined : value;
}
