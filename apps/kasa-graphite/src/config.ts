import type { ConfigOf, Problem, Schema } from '@device-exporters/exporter';
import { InvalidTemplateError } from '@device-exporters/graphite';
import { otlpSection, problemsOfOtlpSection } from '@device-exporters/otlp';
import { InvalidAddressError, parseAddress } from '@device-exporters/tplink';
import { templatesFor } from './metrics.ts';

/** Every setting of kasa-graphite: its type, default, documentation and variable. */
export const schema = {
  graphite: {
    host: { doc: 'Where Carbon listens.', format: 'host', default: '127.0.0.1', env: 'GRAPHITE_HOST' },
    port: { doc: 'Its port: 2003 for lines, 2004 for pickles.', format: 'port', default: 2003, env: 'GRAPHITE_PORT' },
    protocol: { doc: 'How points are written.', format: ['plaintext', 'pickle'], default: 'plaintext' },
    prefix: {
      doc: 'What all paths begin with.',
      format: 'text',
      default: 'home.electricity',
      env: 'GRAPHITE_PREFIX',
    },
    timeout_seconds: {
      doc: 'Longest time without any progress of a delivery, in seconds.',
      format: 'number',
      default: 5,
      minimum: 0.1,
    },
    spool: {
      directory: {
        doc: 'Where points that Carbon has not confirmed are kept on disk; null: in memory alone.',
        format: 'file',
        default: null,
        env: 'GRAPHITE_SPOOL_DIR',
      },
      max_points: {
        doc: 'The most points that may wait; beyond it the oldest are dropped, and counted.',
        format: 'integer',
        default: 1_000_000,
        minimum: 1,
        maximum: 100_000_000,
      },
    },
  },
  kasa: {
    devices: {
      doc: 'Devices to read besides those that are found: `host`, `host:port`, `xor://host:port`, `http://host:port`.',
      format: 'word-list',
      default: [],
      env: 'KASA_DEVICES',
    },
    discovery: { doc: 'Look for devices on the networks.', format: 'boolean', default: true },
    networks: {
      doc: 'Networks to look in: null for those that this machine is in, `192.0.2.0/24` for another one.',
      format: 'network-list',
      default: [null],
    },
    poll_interval_seconds: {
      doc: 'Seconds between two readings; they are made at multiples of it.',
      format: 'number',
      default: 30,
      minimum: 1,
      env: 'KASA_POLL_INTERVAL',
    },
    rediscovery_interval_seconds: {
      doc: 'Seconds between two looks at the networks.',
      format: 'number',
      default: 600,
      minimum: 1,
      env: 'KASA_REDISCOVERY_INTERVAL',
    },
    username: {
      doc: 'E-mail address of the TP-Link account, exactly as registered; only newer firmware asks for it.',
      format: 'text',
      default: null,
      env: 'KASA_USERNAME',
    },
    password: { doc: 'Its password.', format: 'secret', default: null, env: 'KASA_PASSWORD' },
    timeout_seconds: {
      doc: 'Seconds that one exchange with a device may take.',
      format: 'number',
      default: 5,
      minimum: 0.1,
    },
  },
  listen_port: {
    doc: 'Port of its own metrics and health.',
    format: 'port',
    default: 8091,
    env: 'KASA_LISTEN_PORT',
  },
  log_level: { doc: 'How much is logged.', format: 'log-level', default: 'info', env: 'LOG_LEVEL' },
  state_directory: {
    doc: "Where the names of devices are kept; null: the spool's directory, else the user's folder for state.",
    format: 'file',
    default: null,
    env: 'KASA_STATE_DIR',
  },
  opentelemetry: otlpSection('KASA'),
} as const satisfies Schema;

export type Config = ConfigOf<typeof schema>;

/** What no single setting can tell: that addresses are some, that the prefix is the beginning of a path. */
export function checkConfig({ graphite, kasa, opentelemetry }: Config): Problem[] {
  const problemOf = (key: string, attempt: () => unknown): Problem[] => {
    try {
      attempt();
      return [];
    } catch (error) {
      if (!(error instanceof InvalidAddressError || error instanceof InvalidTemplateError)) throw error;
      return [{ source: '', key, message: error.message }];
    }
  };
  return [
    ...problemOf('graphite.prefix', () => templatesFor(graphite.prefix)),
    ...kasa.devices.flatMap((address, index) => problemOf(`kasa.devices[${index}]`, () => parseAddress(address))),
    ...problemsOfOtlpSection(opentelemetry),
  ];
}
