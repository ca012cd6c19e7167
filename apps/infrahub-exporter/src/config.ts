import { type ConfigOf, type Schema, withVariables } from '@device-exporters/exporter';
import { PREFIX } from './environment.ts';

const tls = {
  ca_file: { doc: 'Authorities to trust instead of the usual ones (PEM).', format: 'file', default: null },
  cert_file: { doc: 'Client certificate (PEM).', format: 'file', default: null },
  key_file: { doc: 'Its private key (PEM).', format: 'file', default: null },
  verify: { doc: 'Whether the server has to prove who it is.', format: 'boolean', default: true },
} as const satisfies Schema;

const query = {
  name: {
    doc: 'Label `query`, and the path `/sd/{name}`; without one: the stem of the file.',
    format: 'text',
    default: null,
  },
  file_path: {
    doc: 'File with the GraphQL query, read anew at every refresh.',
    format: 'file',
    default: null,
    required: true,
  },
  endpoint_path: { doc: 'Another path that it is served at: `/sd/{endpoint_path}`.', format: 'text', default: null },
  target_field: { doc: 'Path of the address in a node.', format: 'text', default: null, required: true },
  target_fallbacks: { doc: 'Paths to try when there is none.', format: 'text-list', default: [] },
  port_field: { doc: 'Path of the port.', format: 'text', default: null },
  default_port: { doc: 'Port of targets that have none.', format: 'port', default: null },
  scheme_field: { doc: 'Path of the scheme; becomes `__scheme__`.', format: 'text', default: null },
  metrics_path_field: { doc: "Path of the metrics' path; becomes `__metrics_path__`.", format: 'text', default: null },
  label_mappings: { doc: 'Labels and the paths of their values.', format: 'text-map', default: {} },
  refresh_interval_seconds: { doc: 'Seconds between two refreshes.', format: 'number', default: 60, minimum: 1 },
  max_age_seconds: {
    doc: 'Seconds for which the last good list outlives failing refreshes; then 503.',
    format: 'number',
    default: 3600,
    minimum: 1,
  },
  min_targets_ratio: {
    doc: 'A list that shrinks below this share of the one before is held back until three in a row agree; 0: never.',
    format: 'number',
    default: 0,
    minimum: 0,
    maximum: 1,
  },
} as const satisfies Schema;

const kind = {
  kind: {
    doc: 'Kind of the schema, such as `InfraDevice`; one that is listed twice is the union of both.',
    format: 'text',
    default: null,
    required: true,
  },
  include: { doc: 'Attributes and relationships that become labels.', format: 'text-list', default: [] },
  filters: {
    doc: 'What nodes must meet, all of it: `status__value: active`, `mtu__values: [1500, 9000]`.',
    format: 'map-list',
    default: [],
  },
} as const satisfies Schema;

/** Every setting of infrahub-exporter: its type, default, documentation and variable. */
export const schema = withVariables(PREFIX, {
  infrahub: {
    address: { doc: 'Where Infrahub is.', format: 'url', default: 'http://localhost:8000' },
    token: { doc: 'API token.', format: 'secret', default: null },
    username: { doc: 'Account to log in with, instead of a token.', format: 'text', default: null },
    password: { doc: 'Its password.', format: 'secret', default: null },
    branch: { doc: 'Branch to read.', format: 'text', default: 'main' },
    timeout_seconds: { doc: 'Seconds that one request may take.', format: 'number', default: 10, minimum: 0.1 },
    page_size: {
      doc: 'Nodes per request.',
      format: 'integer',
      default: 1000,
      minimum: 1,
      maximum: 100_000,
      env: 'INFRAHUB_PAGINATION_SIZE',
    },
    max_concurrency: {
      doc: 'Requests under way at the same time, at most.',
      format: 'integer',
      default: 5,
      minimum: 1,
      maximum: 64,
      env: 'INFRAHUB_MAX_CONCURRENT_EXECUTION',
    },
    proxy: { doc: 'HTTP proxy to go through.', format: 'url', default: null, env: 'INFRAHUB_PROXY' },
    tls: { ...tls, ca_file: { ...tls.ca_file, env: 'INFRAHUB_TLS_CA_FILE' } },
  },
  poll_interval_seconds: { doc: 'Seconds between two readings of a kind.', format: 'number', default: 60, minimum: 1 },
  listen_address: { doc: 'Address to serve on.', format: 'host', default: '0.0.0.0' },
  listen_port: { doc: 'Port to serve on.', format: 'port', default: 8001 },
  log_level: { doc: 'How much is logged.', format: 'log-level', default: 'info' },
  exporters: {
    prometheus: {
      enabled: {
        doc: 'Whether the nodes are on the metrics page; its own health always is.',
        format: 'boolean',
        default: false,
      },
      metrics_path: { doc: 'Path of the metrics.', format: 'text', default: '/metrics' },
    },
    otlp: {
      enabled: { doc: 'Whether the nodes are sent to an OpenTelemetry collector.', format: 'boolean', default: false },
      endpoint: {
        doc: 'Where the collector is (gRPC); `http://` is without TLS.',
        format: 'text',
        default: 'http://otel-collector:4317',
      },
      timeout_seconds: { doc: 'Seconds that one export may take.', format: 'number', default: 10, minimum: 0.1 },
      interval_seconds: { doc: 'Seconds between two exports.', format: 'number', default: 60, minimum: 1 },
      compression: { doc: 'How exports are compressed.', format: ['none', 'gzip'], default: 'none' },
      headers: { doc: 'Headers of every export.', format: 'text-map', default: {} },
      tls,
    },
  },
  service_discovery: {
    enabled: { doc: 'Whether target lists are served.', format: 'boolean', default: false },
    queries: { doc: 'Target lists.', items: query },
  },
  metrics: {
    max_age_seconds: {
      doc: "Seconds for which a kind's last good series outlive failing readings; null: five intervals, or five times as long as a reading takes.",
      format: 'number',
      default: null,
      minimum: 1,
    },
    kind: { doc: 'Kinds to export.', items: kind },
  },
  webhook: {
    enabled: { doc: 'Whether `POST /webhook` makes everything be read anew.', format: 'boolean', default: false },
    secret: { doc: 'What the header `X-Webhook-Secret` has to have.', format: 'secret', default: null },
  },
} as const satisfies Schema);

export type Config = ConfigOf<typeof schema>;
export type QueryConfig = Config['service_discovery']['queries'][number];
export type KindConfig = Config['metrics']['kind'][number];
