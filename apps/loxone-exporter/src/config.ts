import { existsSync } from 'node:fs';
import type { ConfigOf, Problem, Schema } from '@device-exporters/exporter';
import { otlpSection, problemsOfOtlpSection } from '@device-exporters/otlp';

/** Every setting of loxone-exporter: its type, default, documentation and variable. */
export const schema = {
  miniservers: {
    doc: 'The Miniservers to follow, one or more; names must differ. Variables belong to the first one, also without a file.',
    items: {
      name: {
        doc: 'Label `miniserver` of everything it exports. Default: the host.',
        format: 'text',
        default: null,
        env: 'LOXONE_NAME',
      },
      host: {
        doc: 'Host name or IP address, IPv6 included.',
        format: 'host',
        default: null,
        required: true,
        env: 'LOXONE_HOST',
      },
      port: { doc: 'Port of plain HTTP and ws.', format: 'port', default: 80, env: 'LOXONE_PORT' },
      ssl_port: { doc: 'Port of HTTPS and wss.', format: 'port', default: 443, env: 'LOXONE_SSL_PORT' },
      username: {
        doc: 'User to log in as; give it read access to what is to be exported.',
        format: 'text',
        default: null,
        required: true,
        env: 'LOXONE_USERNAME',
      },
      password: {
        doc: "The user's password.",
        format: 'secret',
        default: null,
        required: true,
        env: 'LOXONE_PASSWORD',
      },
      use_encryption: {
        doc: 'Speak wss from the start, never ws. A Generation 2 Miniserver is spoken to over wss in any case.',
        format: 'boolean',
        default: false,
        env: 'LOXONE_USE_ENCRYPTION',
      },
      force_encryption: {
        doc: 'Refuse ws whatever happens; not even the first question (which firmware?) goes over plain HTTP.',
        format: 'boolean',
        default: false,
        env: 'LOXONE_FORCE_ENCRYPTION',
      },
      tls_verify: {
        doc: 'false accepts any certificate (Miniservers carry self-signed ones), true verifies against the system, a path against that CA file.',
        format: 'tls-verification',
        default: false,
        env: 'LOXONE_TLS_VERIFY',
      },
      token_file: {
        doc: 'Like `token_file` below, for this Miniserver alone.',
        format: 'file',
        default: null,
      },
    },
  },
  listen_port: { doc: 'Port to serve on.', format: 'port', default: 9504, env: 'LOXONE_LISTEN_PORT' },
  listen_address: { doc: 'Address to serve on.', format: 'host', default: '0.0.0.0', env: 'LOXONE_LISTEN_ADDRESS' },
  log_level: { doc: 'How much is logged.', format: 'log-level', default: 'info', env: 'LOXONE_LOG_LEVEL' },
  log_format: {
    doc: 'How a log line looks; `text` means logfmt.',
    format: 'log-format',
    default: 'json',
    env: 'LOXONE_LOG_FORMAT',
  },
  exclude_rooms: {
    doc: 'Rooms not to export, by exact name.',
    format: 'text-list',
    default: [],
    env: 'LOXONE_EXCLUDE_ROOMS',
  },
  exclude_types: {
    doc: 'Control types not to export, by exact name.',
    format: 'text-list',
    default: [],
    env: 'LOXONE_EXCLUDE_TYPES',
  },
  exclude_names: {
    doc: 'Controls not to export, by patterns of their name: `*`, `?`, `[a-z]`, `[!a-z]`.',
    format: 'text-list',
    default: [],
    env: 'LOXONE_EXCLUDE_NAMES',
  },
  include_text_values: {
    doc: 'Also export controls that only have text, as `loxone_control_info`.',
    format: 'boolean',
    default: false,
    env: 'LOXONE_INCLUDE_TEXT_VALUES',
  },
  stale_after_seconds: {
    doc: 'How long values outlive a lost connection, in seconds; 0 keeps them until it is back.',
    format: 'number',
    default: 0,
    minimum: 0,
    env: 'LOXONE_STALE_AFTER_SECONDS',
  },
  token_file: {
    doc: 'Where login tokens are kept over restarts, readable by the owner only. Without it they are given back on stop.',
    format: 'file',
    default: null,
    env: 'LOXONE_TOKEN_FILE',
  },
  opentelemetry: otlpSection('LOXONE'),
} as const satisfies Schema;

export type Config = ConfigOf<typeof schema>;

/** One Miniserver of the configuration, named. */
export type MiniserverConfig = Omit<Config['miniservers'][number], 'name'> & { readonly name: string };

/** The Miniservers, each under its name and with all that it needs. */
export function miniserversOf({ miniservers, token_file }: Config): MiniserverConfig[] {
  return miniservers.map((miniserver) => ({
    ...miniserver,
    name: miniserver.name || miniserver.host,
    token_file: miniserver.token_file ?? token_file,
  }));
}

/** What no single setting can tell: that there is a Miniserver at all, that no two have one name, that CA files exist. */
export function checkConfig(config: Config): Problem[] {
  if (config.miniservers.length === 0) {
    const message = 'none is configured; name one in a file or set LOXONE_HOST, LOXONE_USERNAME and LOXONE_PASSWORD';
    return [{ source: '', key: 'miniservers', message }];
  }
  const names = miniserversOf(config).map(({ name }) => name);
  return [
    ...config.miniservers.flatMap((miniserver, index) => [
      ...problemOfName(names, index),
      ...problemOfCaFile(miniserver.tls_verify, `miniservers[${index}].tls_verify`),
    ]),
    ...problemsOfOtlpSection(config.opentelemetry),
  ];
}

function problemOfName(names: readonly string[], index: number): Problem[] {
  const name = names[index];
  const first = names.indexOf(name ?? '');
  // One without name and host is a problem already.
  if (first === index || !name) return [];
  const message = `"${name}" is the name of miniservers[${first}] already`;
  return [{ source: '', key: `miniservers[${index}].name`, message }];
}

function problemOfCaFile(verification: boolean | string, key: string): Problem[] {
  if (typeof verification === 'boolean' || existsSync(verification)) return [];
  return [{ source: '', key, message: `there is no CA file ${verification}` }];
}
