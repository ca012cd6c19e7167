import type { ConfigOf, Problem, Schema } from '@device-exporters/exporter';
import { otlpSection, problemsOfOtlpSection } from '@device-exporters/otlp';
import { InvalidHostError, originOf } from './cloud/hosts.ts';
import { readDevicesSetting } from './devices-setting.ts';
import { BadDevicesFileError } from './naming.ts';

/** Every setting of ecoflow-exporter: its type, default, documentation and variable. */
export const schema = {
  device_sn: {
    doc: 'Serial numbers of the devices; none: every device of the account.',
    format: 'word-list',
    default: [],
    env: 'ECOFLOW_DEVICE_SN',
  },
  access_key: { doc: 'Key of the developer account.', format: 'secret', default: null, env: 'ECOFLOW_ACCESS_KEY' },
  secret_key: { doc: 'Its secret.', format: 'secret', default: null, env: 'ECOFLOW_SECRET_KEY' },
  account_user: {
    doc: 'E-mail address of the account of the app.',
    format: 'text',
    default: null,
    env: 'ECOFLOW_ACCOUNT_USER',
  },
  account_password: { doc: 'Its password.', format: 'secret', default: null, env: 'ECOFLOW_ACCOUNT_PASSWORD' },
  api_type: {
    doc: 'How devices are read: `rest` or `open-mqtt` with developer keys, `mqtt` or `device` with the account; null: `rest` with keys, `mqtt` with an account.',
    format: ['rest', 'open-mqtt', 'mqtt', 'device'],
    default: null,
    env: 'ECOFLOW_API_TYPE',
  },
  device_name: {
    doc: 'Names of the devices, in the order of the serial numbers.',
    format: 'text-list',
    default: [],
    env: 'ECOFLOW_DEVICE_NAME',
  },
  product_name: {
    doc: 'Names of their models, in the same order.',
    format: 'text-list',
    default: [],
    env: 'ECOFLOW_PRODUCT_NAME',
  },
  device_general_key: {
    doc: 'Their general keys, in the same order.',
    format: 'text-list',
    default: [],
    env: 'ECOFLOW_DEVICE_GENERAL_KEY',
  },
  devices_json: {
    doc: 'Names of models by the start of serial numbers: JSON, or the path of a file that has it.',
    format: 'text',
    default: null,
    env: 'ECOFLOW_DEVICES_JSON',
  },
  api_host: {
    doc: 'Host of the cloud, also `host:port` or `http://…` for tests; null: api.ecoflow.com, and the regional ones where that does not know the key.',
    format: 'text',
    default: null,
    env: 'ECOFLOW_API_HOST',
  },
  exporter_port: { doc: 'Port to serve on.', format: 'port', default: 9090, env: 'EXPORTER_PORT' },
  collecting_interval: {
    doc: 'Seconds between two collections over REST.',
    format: 'number',
    default: 10,
    minimum: 1,
    env: 'COLLECTING_INTERVAL',
  },
  quota_request_interval: {
    doc: 'Seconds after which a silent device is asked for everything, with `device`.',
    format: 'number',
    default: 30,
    minimum: 1,
    env: 'QUOTA_REQUEST_INTERVAL',
  },
  retry_timeout: {
    doc: 'Seconds until what could not be established is tried again.',
    format: 'number',
    default: 30,
    minimum: 1,
    env: 'RETRY_TIMEOUT',
  },
  establish_attempts: {
    doc: 'Accepted for the sake of existing installations; it is tried for as long as it takes.',
    format: 'integer',
    default: 5,
    minimum: 1,
    env: 'ESTABLISH_ATTEMPTS',
  },
  http_timeout: {
    doc: 'Seconds that a request to the cloud may take.',
    format: 'number',
    default: 30,
    minimum: 1,
    env: 'HTTP_TIMEOUT',
  },
  http_retries: {
    doc: 'How often a request that fails on the way is repeated.',
    format: 'integer',
    default: 3,
    minimum: 0,
    maximum: 20,
    env: 'HTTP_RETRIES',
  },
  http_backoff_factor: {
    doc: 'Seconds before the first repetition; twice as long before each further one.',
    format: 'number',
    default: 0.5,
    minimum: 0.01,
    env: 'HTTP_BACKOFF_FACTOR',
  },
  device_list_cache_ttl: {
    doc: 'Seconds that the list of devices, which says who is on line, is used.',
    format: 'number',
    default: 60,
    minimum: 1,
    env: 'DEVICE_LIST_CACHE_TTL',
  },
  mqtt_timeout: {
    doc: 'Seconds without any message after which the connection to the broker is renewed; a device that says nothing for three times as long counts as off line.',
    format: 'number',
    default: 60,
    minimum: 1,
    env: 'MQTT_TIMEOUT',
  },
  mqtt_keepalive: {
    doc: 'Seconds between two signs of life to the broker.',
    format: 'integer',
    default: 60,
    minimum: 1,
    maximum: 65_535,
    env: 'MQTT_KEEPALIVE',
  },
  idle_check_interval: {
    doc: 'Seconds between two looks at who is silent.',
    format: 'number',
    default: 30,
    minimum: 1,
    env: 'IDLE_CHECK_INTERVAL',
  },
  max_reconnect_delay: {
    doc: 'The longest wait between two connections to the broker, in seconds.',
    format: 'number',
    default: 300,
    minimum: 1,
    env: 'MAX_RECONNECT_DELAY',
  },
  metrics_prefix: {
    doc: 'What dynamic and operational metrics begin with.',
    format: 'text',
    default: 'ecoflow',
    env: 'METRICS_PREFIX',
  },
  metrics: {
    doc: 'Which metrics of devices: `dynamic`, by the names and values of the wire; `typed`, in base units; or both.',
    format: ['dynamic', 'typed', 'both'],
    default: 'both',
    env: 'ECOFLOW_METRICS',
  },
  state_dir: {
    doc: "Folder where the client id of this installation is kept; null: the user's folder for state.",
    format: 'file',
    default: null,
    env: 'ECOFLOW_STATE_DIR',
  },
  log_level: { doc: 'How much is logged.', format: 'log-level', default: 'info', env: 'LOG_LEVEL' },
  opentelemetry: otlpSection('ECOFLOW'),
} as const satisfies Schema;

export type Config = ConfigOf<typeof schema>;

/** How devices are read. */
export type ApiType = 'rest' | 'open-mqtt' | 'mqtt' | 'device';

/** The kinds of access that belong to developer keys; the others want an account. */
const DEVELOPER_TYPES: ReadonlySet<string> = new Set(['rest', 'open-mqtt']);

/** How devices are read: as it is set, or as the credentials suggest. */
export function apiTypeOf({ api_type, access_key }: Pick<Config, 'api_type' | 'access_key'>): ApiType {
  return (api_type as ApiType | null) ?? (access_key === null ? 'mqtt' : 'rest');
}

/** What no single setting can tell: that there are credentials, of one kind, and those that the kind of access wants. */
export function checkConfig(config: Config): Problem[] {
  return [
    ...problemsOfCredentials(config),
    ...problemsOfPrefix(config),
    ...problemsOfHost(config),
    ...problemsOfDevices(config),
    ...problemsOfOtlpSection(config.opentelemetry),
  ];
}

function problemsOfCredentials(config: Config): Problem[] {
  const { access_key, secret_key, account_user, account_password, api_type } = config;
  const hasKeys = access_key !== null || secret_key !== null;
  const hasAccount = account_user !== null || account_password !== null;
  if (hasKeys && hasAccount) {
    return [problem('access_key', `there are both ${KEYS} and ${ACCOUNT}: which are meant? Leave one of them out`)];
  }
  if (!hasKeys && !hasAccount) {
    return [
      problem(
        'access_key',
        'no credentials: set ECOFLOW_ACCESS_KEY=… ECOFLOW_SECRET_KEY=…, or ECOFLOW_ACCOUNT_USER=you@example.com ECOFLOW_ACCOUNT_PASSWORD=…',
      ),
    ];
  }
  const parts = hasKeys ? { access_key, secret_key } : { account_user, account_password };
  const missing = Object.entries(parts).flatMap(([key, value]) =>
    value === null ? [problem(key, `missing: ${hasKeys ? KEYS : ACCOUNT} come in pairs`)] : [],
  );
  if (api_type === null || DEVELOPER_TYPES.has(api_type) === hasKeys) return missing;
  return [...missing, problem('api_type', `${api_type} wants ${hasKeys ? ACCOUNT : KEYS}`)];
}

const KEYS = 'developer keys (ECOFLOW_ACCESS_KEY, ECOFLOW_SECRET_KEY)';
const ACCOUNT = 'an account (ECOFLOW_ACCOUNT_USER, ECOFLOW_ACCOUNT_PASSWORD)';

function problemsOfPrefix({ metrics_prefix }: Config): Problem[] {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(metrics_prefix)) return [];
  return [problem('metrics_prefix', `expected the beginning of a metric's name, found "${metrics_prefix}"`)];
}

function problemsOfHost({ api_host }: Config): Problem[] {
  try {
    if (api_host !== null) originOf(api_host);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidHostError)) throw error;
    return [problem('api_host', error.message)];
  }
}

function problemsOfDevices({ devices_json }: Config): Problem[] {
  try {
    readDevicesSetting(devices_json);
    return [];
  } catch (error) {
    if (!(error instanceof BadDevicesFileError)) throw error;
    return [problem('devices_json', error.message)];
  }
}

function problem(key: string, message: string): Problem {
  return { source: '', key, message };
}
