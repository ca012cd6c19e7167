import { InvalidOtlpSettingError } from './invalid-setting.ts';
import type { OtlpProtocol } from './protocol.ts';
import { type Environment, otlpVariable, textOf } from './variables.ts';

const METRICS_PATH = '/v1/metrics';
const DEFAULT_ENDPOINT = { grpc: 'http://localhost:4317', http: 'http://localhost:4318' } as const;

/** Who may name the collector. */
export interface EndpointSources {
  readonly endpoint: string | null | undefined;
  /** Of the program. */
  readonly fallback: string | undefined;
  readonly protocol: OtlpProtocol;
  readonly environment: Environment;
}

/**
 * Where to send to. An address for all signals, and one that is set, gets the path of metrics over HTTP; that of
 * `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` is taken as it is.
 *
 * @throws {InvalidOtlpSettingError}
 */
export function endpointUrl({ endpoint, fallback, protocol, environment }: EndpointSources): URL {
  const forMetrics = textOf(environment['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT']);
  if (!endpoint && forMetrics !== undefined) return urlOf(forMetrics, environment);
  const general =
    endpoint || textOf(environment['OTEL_EXPORTER_OTLP_ENDPOINT']) || (fallback ?? DEFAULT_ENDPOINT[protocol]);
  const url = urlOf(general, environment);
  if (protocol === 'grpc') return url;
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(METRICS_PATH) ? path : `${path}${METRICS_PATH}`;
  return url;
}

/** gRPC knows addresses without a scheme too: TLS, unless the variable INSECURE says otherwise. */
function urlOf(endpoint: string, environment: Environment): URL {
  const isInsecure = otlpVariable(environment, 'INSECURE')?.toLowerCase() === 'true';
  const text = /^\w+:\/\//.test(endpoint) ? endpoint : `${isInsecure ? 'http' : 'https'}://${endpoint}`;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidOtlpSettingError('the endpoint is not an address with http:// or https://');
  }
  return url;
}
