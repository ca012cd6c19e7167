import type { Environment, Log } from '@device-exporters/exporter';
import type { SeriesRegistry } from '@device-exporters/metrics';
import { createOtlpOutput, type OtlpMetrics, type OtlpSettings } from '@device-exporters/otlp';
import type { Clock } from '@device-exporters/retry';
import { type Config, schema } from './config.ts';

type OtlpConfig = Config['exporters']['otlp'];

/** What goes to a collector. */
export interface OtlpExport {
  readonly config: OtlpConfig;
  /** Where the nodes' series are. */
  readonly registry: SeriesRegistry;
  /** The families to send: those of the kinds, not those of this program. */
  readonly names: ReadonlySet<string>;
  /** Declared when they are first needed. */
  metrics(): OtlpMetrics;
  readonly version: string;
  /** For the variables `OTEL_…`. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends the nodes to an OpenTelemetry collector until the signal fires, and once more before it resolves. Rejects never. */
export async function exportOverOtlp(options: OtlpExport, signal: AbortSignal): Promise<void> {
  const { config, registry, names, metrics, version, environment, clock, log } = options;
  if (!config.enabled) return;
  try {
    const output = createOtlpOutput({
      registry: { families: () => registry.families().filter(({ name }) => names.has(name)) },
      settings: settingsOf(config),
      environment,
      metrics: metrics(),
      serviceName: 'infrahub-exporter',
      version,
      clock,
      log,
    });
    await output.run(signal);
  } catch (err) {
    // Only variables can be wrong here: settings have been checked. Nodes and lists are served all the same.
    log.error({ err }, 'nothing is pushed to the OpenTelemetry collector');
  }
}

const { otlp: DEFAULTS } = schema.exporters;

/** What is left at its default is left to the variables `OTEL_…`, but for the endpoint, which originals always have. */
function settingsOf({
  endpoint,
  interval_seconds,
  timeout_seconds,
  compression,
  headers,
  tls,
}: OtlpConfig): OtlpSettings {
  return {
    // Originals write `host:port`, without TLS.
    endpoint: /^https?:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`,
    protocol: 'grpc',
    intervalSeconds: interval_seconds,
    timeoutSeconds: timeout_seconds,
    compression: compression === DEFAULTS.compression.default ? undefined : 'gzip',
    headers,
    tls: { caFile: tls.ca_file, certFile: tls.cert_file, keyFile: tls.key_file, verify: tls.verify },
  };
}
