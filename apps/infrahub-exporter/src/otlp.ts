import { existsSync } from 'node:fs';
import type { Environment, Log, Problem } from '@device-exporters/exporter';
import type { SeriesRegistry } from '@device-exporters/metrics';
import { createOtlpOutput, type OtlpDefaults, type OtlpMetrics, type OtlpSettings } from '@device-exporters/otlp';
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
    const told = metrics();
    const output = createOtlpOutput({
      registry: { families: () => registry.families().filter(({ name }) => names.has(name)) },
      settings: settingsOf(config),
      defaults: DEFAULTS,
      environment,
      metrics: told,
      serviceName: 'infrahub-exporter',
      version,
      clock,
      log,
    });
    await output.run(signal);
    // What has ended is neither up nor down.
    told.up.clear();
  } catch (err) {
    // Only variables can be wrong here: settings have been checked. Nodes and lists are served all the same.
    log.error({ err }, 'nothing is pushed to the OpenTelemetry collector');
  }
}

/** What no single setting can tell: that files are there, and in pairs, and that the endpoint is one. */
export function checkOtlp({ exporters: { otlp } }: Config): Problem[] {
  const { enabled, endpoint, tls } = otlp;
  if (!enabled) return [];
  const problem = (key: string, message: string): Problem => ({ source: '', key: `exporters.otlp.${key}`, message });
  const files = [tls.ca_file, tls.cert_file, tls.key_file].filter((file) => file !== null && !existsSync(file));
  return [
    ...(URL.canParse(urlOf(endpoint)) ? [] : [problem('endpoint', `expected an address, found "${endpoint}"`)]),
    ...((tls.cert_file === null) === (tls.key_file === null)
      ? []
      : [problem('tls.key_file', 'a client certificate and its key belong together')]),
    ...files.map((file) => problem('tls', `there is no file ${file}`)),
  ];
}

const {
  endpoint: ENDPOINT,
  interval_seconds: INTERVAL,
  timeout_seconds: TIMEOUT,
  compression: COMPRESSION,
} = schema.exporters.otlp;

/** As in the schema. Over HTTP, which only a variable can ask for, collectors have another port. */
const DEFAULTS: OtlpDefaults = {
  endpoints: { grpc: ENDPOINT.default, http: ENDPOINT.default.replace(/4317$/, '4318') },
  intervalSeconds: INTERVAL.default,
  timeoutSeconds: TIMEOUT.default,
};

/** What is left at its default is left to the variables `OTEL_…`, as originals' compose files set some, and to the defaults after those. */
function settingsOf({
  endpoint,
  interval_seconds,
  timeout_seconds,
  compression,
  headers,
  tls,
}: OtlpConfig): OtlpSettings {
  return {
    endpoint: endpoint === ENDPOINT.default ? undefined : urlOf(endpoint),
    intervalSeconds: interval_seconds === INTERVAL.default ? undefined : interval_seconds,
    timeoutSeconds: timeout_seconds === TIMEOUT.default ? undefined : timeout_seconds,
    compression: compression === COMPRESSION.default ? undefined : 'gzip',
    headers,
    tls: { caFile: tls.ca_file, certFile: tls.cert_file, keyFile: tls.key_file, verify: tls.verify },
  };
}

/** Originals write `host:port`, without TLS. */
function urlOf(endpoint: string): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`;
}
