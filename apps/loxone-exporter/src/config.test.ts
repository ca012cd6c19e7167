import { describe, expect, test } from 'vitest';
import { loadedConfig } from '../test/loaded-config.ts';
import { miniserversOf } from './config.ts';

const HOME = { host: '192.0.2.10', username: 'prometheus', password: 'from the file' };
const LOGIN = { LOXONE_HOST: 'miniserver', LOXONE_USERNAME: 'u', LOXONE_PASSWORD: 'p' };

/** The value that stands at a path such as `miniservers.0.port`. */
function at(config: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config);
}

describe('a variable', () => {
  test.each([
    ['LOXONE_NAME', 'annexe', 'miniservers.0.name', 'annexe'],
    ['LOXONE_HOST', '[2001:db8::1]', 'miniservers.0.host', '2001:db8::1'],
    ['LOXONE_PORT', '8080', 'miniservers.0.port', 8080],
    ['LOXONE_SSL_PORT', '8443', 'miniservers.0.ssl_port', 8443],
    ['LOXONE_USERNAME', 'Jürgen', 'miniservers.0.username', 'Jürgen'],
    ['LOXONE_USE_ENCRYPTION', 'true', 'miniservers.0.use_encryption', true],
    ['LOXONE_FORCE_ENCRYPTION', 'yes', 'miniservers.0.force_encryption', true],
    ['LOXONE_TLS_VERIFY', 'true', 'miniservers.0.tls_verify', true],
    ['LOXONE_LISTEN_PORT', '9505', 'listen_port', 9505],
    ['LOXONE_LISTEN_ADDRESS', '::', 'listen_address', '::'],
    ['LOXONE_LOG_LEVEL', 'DEBUG', 'log_level', 'debug'],
    ['LOXONE_LOG_FORMAT', 'text', 'log_format', 'logfmt'],
    ['LOXONE_EXCLUDE_ROOMS', 'Hall, Cellar', 'exclude_rooms', ['Hall', 'Cellar']],
    ['LOXONE_EXCLUDE_TYPES', 'Webpage', 'exclude_types', ['Webpage']],
    ['LOXONE_EXCLUDE_NAMES', 'Debug *,Spare [0-9]', 'exclude_names', ['Debug *', 'Spare [0-9]']],
    ['LOXONE_INCLUDE_TEXT_VALUES', '1', 'include_text_values', true],
    ['LOXONE_STALE_AFTER_SECONDS', '300', 'stale_after_seconds', 300],
    ['LOXONE_TOKEN_FILE', '/var/lib/tokens.json', 'token_file', '/var/lib/tokens.json'],
    ['LOXONE_OTLP_ENABLED', 'true', 'opentelemetry.enabled', true],
    ['LOXONE_OTLP_ENDPOINT', 'https://otel:4318', 'opentelemetry.endpoint', 'https://otel:4318'],
    ['LOXONE_OTLP_PROTOCOL', 'http', 'opentelemetry.protocol', 'http'],
    ['LOXONE_OTLP_INTERVAL', '60', 'opentelemetry.interval_seconds', 60],
    ['LOXONE_OTLP_TIMEOUT', '5', 'opentelemetry.timeout_seconds', 5],
    ['LOXONE_OTLP_TLS_ENABLED', 'true', 'opentelemetry.tls.enabled', true],
    ['LOXONE_OTLP_TLS_CERT_PATH', '/ca.pem', 'opentelemetry.tls.cert_path', '/ca.pem'],
    ['LOXONE_OTLP_AUTH_HEADER_X-Key', 'k', 'opentelemetry.auth.headers', { 'X-Key': 'k' }],
  ])('%s=%s sets %s', async (name, text, path, value) => {
    expect(at(await loadedConfig({ environment: { ...LOGIN, [name]: text } }), path)).toEqual(value);
  });

  test('belongs to the first Miniserver and wins over the file', async () => {
    const second = { ...HOME, host: '192.0.2.11' };
    const config = await loadedConfig({
      config: { miniservers: [HOME, second], log_level: 'error' },
      environment: { LOXONE_HOST: 'other', LOXONE_PASSWORD: 'from the environment', LOXONE_LOG_LEVEL: 'warning' },
    });
    const found = config.miniservers.map(({ host, password }) => [host, password.reveal()]);
    expect(found).toEqual([
      ['other', 'from the environment'],
      ['192.0.2.11', 'from the file'],
    ]);
    expect(config.log_level).toBe('warning');
  });
});

describe('a Miniserver', () => {
  test('is called after its host where it has no name', async () => {
    const config = await loadedConfig({
      config: {
        miniservers: [
          { ...HOME, name: 'home' },
          { ...HOME, name: '' },
        ],
      },
    });
    expect(miniserversOf(config).map(({ name }) => name)).toEqual(['home', '192.0.2.10']);
  });

  test('keeps its token in a file of its own, or in that of all', async () => {
    const own = { ...HOME, name: 'own', token_file: '/own.json' };
    const config = await loadedConfig({ config: { miniservers: [HOME, own], token_file: '/all.json' } });
    expect(miniserversOf(config).map(({ token_file }) => token_file)).toEqual(['/all.json', '/own.json']);
    const without = await loadedConfig({ config: { miniservers: [HOME] } });
    expect(miniserversOf(without)[0]?.token_file).toBeNull();
  });
});

describe('refused is a configuration', () => {
  test.each([
    ['without Miniservers', [], 'miniservers: none is configured'],
    [
      'with a name twice',
      [HOME, { ...HOME, host: 'b', name: HOME.host }],
      'miniservers[1].name: "192.0.2.10" is the name of',
    ],
    [
      'with a CA file that is not there',
      [{ ...HOME, tls_verify: '/nowhere.pem' }],
      'miniservers[0].tls_verify: there is no CA file /nowhere.pem',
    ],
  ])('%s', async (_, miniservers, problem) => {
    await expect(loadedConfig({ config: { miniservers } })).rejects.toThrow(problem);
  });

  test('with a password in two ways', async () => {
    const environment = { ...LOGIN, LOXONE_PASSWORD_FILE: '/run/secrets/loxone' };
    await expect(loadedConfig({ environment })).rejects.toThrow('LOXONE_PASSWORD is set as well');
  });
});
