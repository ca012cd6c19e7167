import { type ConfigOf, type Environment, nearest, type Problem, type Schema } from '@device-exporters/exporter';
import { otlpSection, problemsOfOtlpSection } from '@device-exporters/otlp';
import { DEVICE_FAMILIES, InvalidAddressError, parseAddress } from '@device-exporters/tplink';
import { problemsOfAccount } from './account.ts';
import { MEASUREMENT_NAMES, metricOf } from './metrics.ts';

const discoveryOptions = {
  perform_discovery: { doc: 'Look for devices on the network.', format: 'boolean', default: true },
  target: {
    doc: 'Address that is asked who is there: a broadcast or a unicast one.',
    format: 'host',
    default: '255.255.255.255',
  },
  discovery_timeout: { doc: 'Seconds to wait for answers.', format: 'number', default: 5, minimum: 0.1 },
  discovery_packets: {
    doc: 'How often it is asked in that time.',
    format: 'integer',
    default: 3,
    minimum: 1,
    maximum: 20,
  },
  interface: { doc: 'Network interface to ask on; null: all.', format: 'text', default: null },
  port: { doc: 'UDP port that devices of the old kind are asked on; null: 9999.', format: 'port', default: null },
  timeout: {
    doc: 'Seconds that one exchange with a device may take; null: 5.',
    format: 'number',
    default: null,
    minimum: 0.1,
  },
  with_update: {
    doc: 'Accepted for the sake of existing files; devices are always read.',
    format: 'boolean',
    default: true,
  },
  tapo_username_env_key: {
    doc: 'Variable that has the e-mail address of the TP-Link account.',
    format: 'text',
    default: 'TP_LINK_USERNAME',
  },
  tapo_password_env_key: {
    doc: 'Variable that has its password; with `_FILE` behind it: a file that has it.',
    format: 'text',
    default: 'TP_LINK_PASSWORD',
  },
  credentials: {
    doc: 'Accepted for the sake of existing files, where it is empty; accounts come from variables.',
    format: 'text-map',
    default: {},
    nullable: true,
  },
  current_consumption_key: {
    doc: 'Accepted for the sake of existing files; means nothing here.',
    format: 'text',
    default: null,
  },
} as const satisfies Schema;

/** Every setting of tapo-exporter: its type, default, documentation and variable. */
export const schema = {
  config_file: {
    doc: 'Accepted for the sake of existing files; which file is read is said with `--config.file`.',
    format: 'text',
    default: null,
  },
  log_level: {
    doc: 'How much is logged.',
    format: 'log-level',
    default: 'info',
    env: ['PYPROM_EXPORTERS_LOG_LEVEL', 'LOG_LEVEL'],
  },
  prometheus_port: {
    doc: 'Port to serve on.',
    format: 'port',
    default: 8090,
    env: 'PROMETHEUS_PORT',
    flag: 'prometheus-port',
  },
  write_non_default_config: {
    doc: 'Write what differs from the defaults back to the configuration file at the start. Never an account.',
    format: 'boolean',
    default: false,
  },
  tapo_username: {
    doc: 'E-mail address of the TP-Link account, exactly as registered; wins over the variable that `tapo_username_env_key` names.',
    format: 'text',
    default: null,
    env: 'TAPO_USERNAME',
    flag: 'tapo-username',
  },
  tapo_password: {
    doc: 'Its password; wins over the variable that `tapo_password_env_key` names.',
    format: 'secret',
    default: null,
    env: 'TAPO_PASSWORD',
  },
  exporters: {
    tapo: {
      devices: {
        doc: 'Devices to read besides those that are found: `host`, `host:port`, `xor://host:port`, `http://host:port`.',
        format: 'word-list',
        default: [],
        env: 'TAPO_PLUG_DEVICES',
        flag: 'tapo-plug-devices',
      },
      prometheus_options: {
        refresh_interval: {
          doc: 'Seconds between two readings of a device; null: devices are read when somebody scrapes, which then takes nine seconds at most.',
          format: 'number',
          default: 5,
          minimum: 0.1,
          nullable: true,
        },
        scrape_timeout: {
          doc: 'Accepted for the sake of existing files; a scrape takes nine seconds at most.',
          format: 'number',
          default: null,
          minimum: 0.1,
        },
      },
      update_timeout: {
        doc: 'Accepted for the sake of existing files; `discovery_options.timeout` is for one exchange.',
        format: 'number',
        default: null,
        minimum: 0.1,
      },
      discovery_options: discoveryOptions,
      rediscovery_interval: {
        doc: 'Seconds between two looks at the network.',
        format: 'number',
        default: 300,
        minimum: 1,
      },
      forget_after: {
        doc: 'Seconds after which a device that was found and is gone leaves the list; listed ones stay.',
        format: 'number',
        default: 86_400,
        minimum: 1,
      },
      max_concurrent_devices: {
        doc: 'How many devices are asked at the same time, at most.',
        format: 'integer',
        default: 64,
        minimum: 1,
        maximum: 1_000,
      },
      supported_device_families: {
        doc: `Families to export, in any case: ${DEVICE_FAMILIES.join(', ')}. Those that are not named are.`,
        format: 'text-map',
        default: {},
      },
      per_device_family_metrics: {
        doc: 'Metrics to keep, by family: a list of names, or a section that has them as keys. Families that are not named keep all.',
        format: 'list-map',
        default: {},
      },
      compatibility_metrics: {
        doc: 'Also export the metrics of pyprom-exporters, by their names and labels.',
        format: 'boolean',
        default: false,
      },
    },
  },
  opentelemetry: otlpSection('TAPO'),
} as const satisfies Schema;

export type Config = ConfigOf<typeof schema>;
export type TapoConfig = Config['exporters']['tapo'];

/** What no single setting can tell: that addresses are some, that families and CA files exist. */
export function checkConfig(config: Config, environment: Environment): Problem[] {
  const { tapo } = config.exporters;
  return [
    ...problemsOfAccount(config, environment),
    ...tapo.devices.flatMap((address, index) => problemOfAddress(address, `exporters.tapo.devices[${index}]`)),
    ...problemsOfFamilies(tapo.supported_device_families, 'supported_device_families', isSwitch),
    ...problemsOfFamilies(tapo.per_device_family_metrics, 'per_device_family_metrics', () => true),
    ...problemsOfNames(tapo.per_device_family_metrics),
    ...problemsOfOtlpSection(config.opentelemetry),
  ];
}

function problemOfAddress(address: string, key: string): Problem[] {
  try {
    parseAddress(address);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidAddressError)) throw error;
    return [{ source: '', key, message: error.message }];
  }
}

function problemsOfFamilies<T>(
  section: Readonly<Record<string, T>>,
  name: string,
  isValid: (value: T) => boolean,
): Problem[] {
  return Object.entries(section).flatMap(([family, value]) => {
    const key = `exporters.tapo.${name}.${family}`;
    const isKnown = DEVICE_FAMILIES.some((known) => known === family.toUpperCase());
    if (!isKnown) return [{ source: '', key, message: `unknown family; there are ${DEVICE_FAMILIES.join(', ')}` }];
    return isValid(value) ? [] : [{ source: '', key, message: 'expected true or false' }];
  });
}

/** Names that begin like ours are ours, or misspelt. Files of the original may have others that mean nothing here. */
function problemsOfNames(section: Readonly<Record<string, readonly string[]>>): Problem[] {
  const known = [...MEASUREMENT_NAMES.map(metricOf), 'tapo_device_info'];
  return Object.entries(section).flatMap(([family, names]) =>
    names.flatMap((name) => {
      if (!name.toLowerCase().startsWith('tapo_') || known.includes(name.toLowerCase())) return [];
      const near = nearest(name, known);
      const message = `unknown metric "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
      return [{ source: '', key: `exporters.tapo.per_device_family_metrics.${family}`, message }];
    }),
  );
}

const ON = /^(true|yes|on|1)$/i;
const OFF = /^(false|no|off|0)$/i;

/** Whether a word switches something off, by the words of YAML. */
export function isOff(word: string): boolean {
  return OFF.test(word);
}

function isSwitch(word: string): boolean {
  return ON.test(word) || OFF.test(word);
}
