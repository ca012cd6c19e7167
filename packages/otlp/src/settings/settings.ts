import { endpointUrl } from './endpoint.ts';
import { InvalidOtlpSettingError } from './invalid-setting.ts';
import { merged, pairsOf } from './pairs.ts';
import type { OtlpProtocol } from './protocol.ts';
import { type Environment, millisecondsOf, otlpVariable } from './variables.ts';

export type OtlpCompression = 'none' | 'gzip';

/** How the collector is known, and how this program is known to it. Paths of PEM files. */
export interface OtlpTlsSettings {
  /** True speaks TLS even where the endpoint says `http://`; `https://` does by itself. */
  readonly enabled?: boolean | null | undefined;
  /** Authorities that are trusted instead of the system's. */
  readonly caFile?: string | null | undefined;
  /** Own certificate, for mutual TLS; with {@link keyFile}. */
  readonly certFile?: string | null | undefined;
  readonly keyFile?: string | null | undefined;
  /** False accepts any certificate of the collector. Default true. */
  readonly verify?: boolean | null | undefined;
}

/** What a user may set. Null and undefined leave it to the variables `OTEL_…`, and these to the defaults. */
export interface OtlpSettings {
  /** `http://` or `https://`, host, port. Over HTTP `/v1/metrics` is added. Default: port 4317 (gRPC) or 4318 (HTTP) of localhost. */
  readonly endpoint?: string | null | undefined;
  /** `http` is protobuf over HTTP. Default `grpc`. */
  readonly protocol?: OtlpProtocol | null | undefined;
  /** From the start of one export to the start of the next. Default 60. */
  readonly intervalSeconds?: number | null | undefined;
  /** The longest time one request may take. Default 10. */
  readonly timeoutSeconds?: number | null | undefined;
  /** Default `none`. */
  readonly compression?: OtlpCompression | null | undefined;
  /** Sent with each request, over those of the variables. */
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  readonly tls?: OtlpTlsSettings | null | undefined;
}

/** What a program takes where neither its settings nor the variables say anything. */
export interface OtlpDefaults extends Pick<OtlpSettings, 'protocol' | 'intervalSeconds' | 'timeoutSeconds'> {
  readonly endpoints?: Readonly<Record<OtlpProtocol, string>>;
}

/** What counts in the end. */
export interface ResolvedSettings {
  readonly protocol: OtlpProtocol;
  readonly url: URL;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** The longest time one export may take, with all its requests and their repetitions. */
  readonly exportTimeoutMs: number;
  readonly compression: OtlpCompression;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
    readonly verify: boolean;
  };
}

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Settings over variables over the program's defaults over those of the specification; of the variables those for metrics (`OTEL_EXPORTER_OTLP_METRICS_…`) over those
 * for all signals (`OTEL_EXPORTER_OTLP_…`).
 *
 * Source: OpenTelemetry Protocol Exporter specification, "Configuration Options".
 *
 * @throws {InvalidOtlpSettingError} naming the setting or the variable, never its value
 */
export function resolveSettings(
  settings: OtlpSettings,
  environment: Environment,
  defaults: OtlpDefaults = {},
): ResolvedSettings {
  const protocol =
    settings.protocol ?? protocolOf(otlpVariable(environment, 'PROTOCOL')) ?? defaults.protocol ?? 'grpc';
  const tls = settings.tls ?? {};
  const intervalMs =
    secondsToMs('interval', settings.intervalSeconds) ??
    millisecondsOf(environment, ['OTEL_METRIC_EXPORT_INTERVAL']) ??
    secondsToMs('interval', defaults.intervalSeconds) ??
    DEFAULT_INTERVAL_MS;
  const timeoutMs =
    secondsToMs('timeout', settings.timeoutSeconds) ??
    millisecondsOf(environment, ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT']) ??
    secondsToMs('timeout', defaults.timeoutSeconds) ??
    DEFAULT_TIMEOUT_MS;
  const resolved: ResolvedSettings = {
    protocol,
    url: endpointUrl({ endpoint: settings.endpoint, fallback: defaults.endpoints?.[protocol], protocol, environment }),
    intervalMs,
    timeoutMs,
    // One that is as long as the interval would only hold up newer values.
    exportTimeoutMs: millisecondsOf(environment, ['OTEL_METRIC_EXPORT_TIMEOUT']) ?? Math.max(intervalMs, timeoutMs),
    compression: settings.compression ?? (otlpVariable(environment, 'COMPRESSION') === 'gzip' ? 'gzip' : 'none'),
    headers: merged(
      pairsOf(environment['OTEL_EXPORTER_OTLP_HEADERS']),
      pairsOf(environment['OTEL_EXPORTER_OTLP_METRICS_HEADERS']),
      settings.headers ?? {},
    ),
    tls: {
      caFile: tls.caFile ?? otlpVariable(environment, 'CERTIFICATE'),
      certFile: tls.certFile ?? otlpVariable(environment, 'CLIENT_CERTIFICATE'),
      keyFile: tls.keyFile ?? otlpVariable(environment, 'CLIENT_KEY'),
      verify: tls.verify ?? true,
    },
  };
  if (tls.enabled === true) resolved.url.protocol = 'https:';
  if ((resolved.tls.certFile === undefined) !== (resolved.tls.keyFile === undefined)) {
    throw new InvalidOtlpSettingError('a client certificate and its key are given together or not at all');
  }
  return resolved;
}

/** `http/json` is taken for its binary sister, which every collector that has the one has too. */
function protocolOf(text: string | undefined): OtlpProtocol | undefined {
  if (text === 'grpc') return 'grpc';
  return text?.startsWith('http/') ? 'http' : undefined;
}

function secondsToMs(name: string, seconds: number | null | undefined): number | undefined {
  if (seconds === null || seconds === undefined) return undefined;
  if (!(seconds > 0)) throw new InvalidOtlpSettingError(`the ${name} is not a positive number of seconds`);
  return seconds * 1000;
}
