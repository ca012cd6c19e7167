import { existsSync } from 'node:fs';

/**
 * The settings of a push, as a section `opentelemetry` of an app's schema: the same keys in every app, and variables that
 * begin with its own name.
 *
 * @param prefix of the variables: `LOXONE` makes `LOXONE_OTLP_ENABLED` and so on
 */
export function otlpSection<const P extends string>(prefix: P) {
  return {
    enabled: {
      doc: 'Push every metric to an OpenTelemetry collector too.',
      format: 'boolean',
      default: false,
      env: `${prefix}_OTLP_ENABLED`,
    },
    endpoint: {
      doc: 'Address of the collector. As long as it is the default, `OTEL_EXPORTER_OTLP_ENDPOINT` counts, and the port is 4318 over http.',
      format: 'url',
      default: 'http://collector:4317',
      env: `${prefix}_OTLP_ENDPOINT`,
    },
    protocol: {
      doc: 'How to speak to it; `http` is protobuf over HTTP.',
      format: ['grpc', 'http'],
      default: 'grpc',
      env: `${prefix}_OTLP_PROTOCOL`,
    },
    interval_seconds: {
      doc: 'Seconds between two pushes.',
      format: 'number',
      default: 30,
      minimum: 1,
      env: `${prefix}_OTLP_INTERVAL`,
    },
    timeout_seconds: {
      doc: 'Seconds one request may take.',
      format: 'number',
      default: 15,
      minimum: 1,
      env: `${prefix}_OTLP_TIMEOUT`,
    },
    tls: {
      enabled: {
        doc: 'Speak TLS to the collector, also where the address says http://; https:// does by itself.',
        format: 'boolean',
        default: false,
        env: `${prefix}_OTLP_TLS_ENABLED`,
      },
      cert_path: {
        doc: 'CA file to verify it with, instead of the authorities of the system.',
        format: 'file',
        default: null,
        env: `${prefix}_OTLP_TLS_CERT_PATH`,
      },
    },
    auth: {
      headers: {
        doc: `Headers of each push; the variable \`${prefix}_OTLP_AUTH_HEADER_<NAME>\` sets the header NAME, with \`_FILE\` behind it to what is in a file.`,
        format: 'text-map',
        default: {},
        envPrefix: `${prefix}_OTLP_AUTH_HEADER_`,
      },
    },
  } as const;
}

/** What a configuration says in that section. */
export interface OtlpSectionConfig {
  readonly enabled: boolean;
  readonly endpoint: string;
  readonly protocol: 'grpc' | 'http';
  readonly interval_seconds: number;
  readonly timeout_seconds: number;
  readonly tls: { readonly enabled: boolean; readonly cert_path: string | null };
  readonly auth: { readonly headers: Readonly<Record<string, string>> };
}

/** What no single setting can tell: that there is a CA file where one is named. One problem a line, as apps report them. */
export function problemsOfOtlpSection(
  { enabled, tls }: OtlpSectionConfig,
  key = 'opentelemetry',
): { source: string; key: string; message: string }[] {
  if (!enabled || !tls.cert_path || existsSync(tls.cert_path)) return [];
  return [{ source: '', key: `${key}.tls.cert_path`, message: `there is no CA file ${tls.cert_path}` }];
}
