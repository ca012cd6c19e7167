import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConfigSources, loadConfig } from './load.ts';
import { ConfigurationError, problemLine } from './problem.ts';
import type { ConfigOf, Schema } from './schema.ts';

const schema = {
  stations: {
    doc: 'Stations.',
    items: {
      name: { doc: 'Name.', format: 'text', default: null, env: 'DEMO_NAME' },
      host: { doc: 'Host.', format: 'host', default: null, required: true, env: 'DEMO_HOST' },
      port: { doc: 'Port.', format: 'port', default: 80, env: 'DEMO_PORT' },
      password: { doc: 'Password.', format: 'secret', default: null, required: true, env: 'DEMO_PASSWORD' },
      tls_verify: { doc: 'TLS.', format: 'tls-verification', default: false },
    },
  },
  listen_port: { doc: 'Port.', format: 'port', default: 9000, env: 'DEMO_LISTEN_PORT', flag: 'listen-port' },
  log_level: { doc: 'Level.', format: 'log-level', default: 'info', env: 'DEMO_LOG_LEVEL' },
  exclude: { doc: 'Rooms.', format: 'text-list', default: [], env: 'DEMO_EXCLUDE' },
  interval_seconds: { doc: 'Interval.', format: 'number', default: 30, minimum: 1, maximum: 3600, nullable: true },
  devices: { doc: 'Devices.', format: 'word-list', default: [], env: ['DEMO_DEVICES', 'OLD_DEVICES'] },
  metrics: { doc: 'Metrics.', format: 'list-map', default: {} },
  otlp: {
    enabled: { doc: 'On.', format: 'boolean', default: false, env: 'DEMO_OTLP_ENABLED' },
    protocol: { doc: 'Protocol.', format: ['grpc', 'http'], default: 'grpc' },
    endpoint: { doc: 'Where to.', format: 'url', default: 'http://collector:4317' },
    headers: { doc: 'Headers.', format: 'text-map', default: {}, envPrefix: 'DEMO_HEADER_' },
    ca_file: { doc: 'CA.', format: 'file', default: null },
  },
} as const satisfies Schema;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string, name = 'config.yml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function load(text: string | undefined, more: Partial<ConfigSources> = {}) {
  const sources = { defaultFiles: [], environment: {}, flags: {}, allowUnknownKeys: false, folder };
  return loadConfig(schema, { ...sources, file: text === undefined ? undefined : file(text), ...more });
}

/** The problem lines, the folder left out. */
async function problems(text: string | undefined, more: Partial<ConfigSources> = {}): Promise<string[]> {
  try {
    await load(text, more);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problemLine(problem).replaceAll(`${folder}/`, ''));
  }
  return [];
}

const STATION = 'stations: [{host: 192.0.2.1, password: secret}]\n';

test('a file is looked for beside the configuration, then where the program was started', async () => {
  const text = `${STATION}otlp: {ca_file: package.json}\n`;
  expect((await load(text)).config.otlp.ca_file).toBe(join(process.cwd(), 'package.json'));
  file('{}', 'package.json');
  expect((await load(text)).config.otlp.ca_file).toBe(join(folder, 'package.json'));
});

describe('a configuration', () => {
  test('is the defaults where nothing is said', async () => {
    const { config, file: source, warnings } = await load(undefined);
    expect(config).toEqual({
      stations: [],
      listen_port: 9000,
      log_level: 'info',
      exclude: [],
      interval_seconds: 30,
      devices: [],
      metrics: {},
      otlp: { enabled: false, protocol: 'grpc', endpoint: 'http://collector:4317', headers: {}, ca_file: null },
    });
    expect([source, warnings]).toEqual([undefined, []]);
  });

  test('has the values of the file, in the types of the schema', async () => {
    const { config } = await load(`
stations:
  - {name: 0815, host: "[2001:db8::1]", password: 0123, tls_verify: ca.pem}
  - {name: yes, host: station.example, port: 8080, password: "a: b", tls_verify: true}
log_level: WARN
exclude: [Cellar, 7]
otlp: {enabled: on, protocol: http, headers: {x.y: z}, ca_file: null}
`);
    expect(config.stations.map((station) => ({ ...station, password: station.password.reveal() }))).toEqual([
      { name: '0815', host: '2001:db8::1', port: 80, password: '0123', tls_verify: join(folder, 'ca.pem') },
      { name: 'yes', host: 'station.example', port: 8080, password: 'a: b', tls_verify: true },
    ]);
    expect(config.log_level).toBe('warning');
    expect(config.exclude).toEqual(['Cellar', '7']);
    expect(config.otlp).toEqual({
      enabled: true,
      protocol: 'http',
      endpoint: 'http://collector:4317',
      headers: { 'x.y': 'z' },
      ca_file: null,
    });
  });

  test('prefers flag to environment to file to default', async () => {
    const text = `${STATION}listen_port: 1\n`;
    const environment = { DEMO_LISTEN_PORT: '2' };
    expect((await load(text)).config.listen_port).toBe(1);
    expect((await load(text, { environment })).config.listen_port).toBe(2);
    expect((await load(text, { environment, flags: { 'listen-port': '3' } })).config.listen_port).toBe(3);
    expect((await load(text, { environment: { DEMO_LISTEN_PORT: '' } })).config.listen_port).toBe(1);
  });

  test('takes variables of a list for its first item, file or no file', async () => {
    const environment = {
      DEMO_HOST: 'other.example',
      DEMO_PASSWORD: 'new',
      DEMO_EXCLUDE: 'a, b,',
      DEMO_HEADER_TOKEN: 't',
    };
    const alone = (await load(undefined, { environment })).config;
    expect(alone.stations).toHaveLength(1);
    expect(alone.stations[0]?.host).toBe('other.example');
    expect(alone.exclude).toEqual(['a', 'b']);
    expect(alone.otlp.headers).toEqual({ TOKEN: 't' });
    const two = `stations: [{host: 192.0.2.1, password: x, port: 1}, {host: 192.0.2.2, password: y}]`;
    const both = (await load(two, { environment })).config.stations;
    expect(both.map(({ host, port }) => [host, port])).toEqual([
      ['other.example', 1],
      ['192.0.2.2', 80],
    ]);
    expect(both[0]?.password.reveal()).toBe('new');
  });

  test('takes entries of a section from files as well', async () => {
    const environment = {
      DEMO_HEADER_TOKEN_FILE: file('from file\n', 'token.txt'),
      'DEMO_HEADER_X-Scope': 'home',
      DEMO_HEADER_EMPTY_FILE: '',
      DEMO_HEADER_: 'nothing',
    };
    const text = STATION;
    expect((await load(text, { environment })).config.otlp.headers).toEqual({ TOKEN: 'from file', 'X-Scope': 'home' });
    const twice = { ...environment, DEMO_HEADER_TOKEN: 't' };
    expect(await problems(text, { environment: twice })).toEqual([
      'environment: DEMO_HEADER_TOKEN_FILE: DEMO_HEADER_TOKEN is set as well; set one of the two',
    ]);
    const missing = { DEMO_HEADER_TOKEN_FILE: join(folder, 'nowhere') };
    expect(await problems(text, { environment: missing })).toEqual([
      expect.stringMatching(/^environment: DEMO_HEADER_TOKEN_FILE: .*nowhere cannot be read/),
    ]);
  });

  test('finds its file under the usual names', async () => {
    const path = file('listen_port: 5', 'config.yaml');
    const defaultFiles = [join(folder, 'config.yml'), path];
    expect(await load(undefined, { defaultFiles })).toMatchObject({ file: path, config: { listen_port: 5 } });
  });

  test('reads secrets from files, relative to the configuration file or the working directory', async () => {
    file('from file\n', 'password.txt');
    const text = 'stations: [{host: 192.0.2.1, password_file: password.txt}]';
    expect((await load(text)).config.stations[0]?.password.reveal()).toBe('from file');
    file('other\r\n', 'other.txt');
    const environment = { DEMO_PASSWORD_FILE: 'other.txt' };
    expect((await load(text, { environment })).config.stations[0]?.password.reveal()).toBe('other');
  });

  test('never shows a secret', async () => {
    const { config } = await load(STATION);
    expect(JSON.stringify(config)).not.toContain('secret"');
    expect(inspect(config, { depth: 9 })).toContain('<secret>');
    expect(`${config.stations[0]?.password}`).toBe('<secret>');
  });

  test('is typed by its schema', async () => {
    const config: ConfigOf<typeof schema> = (await load(STATION)).config;
    const protocol: 'grpc' | 'http' = config.otlp.protocol;
    const name: string | null | undefined = config.stations[0]?.name;
    expect([protocol, name]).toEqual(['grpc', null]);
  });
});

describe('a setting', () => {
  test('may be null besides its default', async () => {
    expect((await load('interval_seconds: null')).config.interval_seconds).toBeNull();
    expect((await load('interval_seconds:')).config.interval_seconds).toBeNull();
    expect((await load('')).config.interval_seconds).toBe(30);
    expect(await problems('interval_seconds: never')).toEqual([
      'config.yml:1: interval_seconds: expected a number from 1 to 3600, or null, found "never"',
    ]);
  });

  test('may have several variables, of which the first one counts', async () => {
    const devices = async (environment: Record<string, string>) =>
      (await load(undefined, { environment })).config.devices;
    expect(await devices({ OLD_DEVICES: 'b' })).toEqual(['b']);
    expect(await devices({ DEMO_DEVICES: 'a', OLD_DEVICES: 'b' })).toEqual(['a']);
    expect(await devices({ DEMO_DEVICES: '', OLD_DEVICES: 'b' })).toEqual(['b']);
  });

  test('may be a list of words, parted by commas, spaces or both', async () => {
    const { config } = await load(undefined, { environment: { DEMO_DEVICES: ' a,b  c , d ' } });
    expect(config.devices).toEqual(['a', 'b', 'c', 'd']);
    expect((await load('devices: [e f, g]')).config.devices).toEqual(['e f', 'g']);
  });

  test('may be lists by name, as such or as sections whose keys count unless switched off', async () => {
    const { config } = await load('metrics: {plug: [a, b], STRIP: {c: {labels: []}, d: false, e: }, hub: }');
    expect(config.metrics).toEqual({ plug: ['a', 'b'], STRIP: ['c', 'e'], hub: [] });
    expect(await problems('metrics: {plug: [[a]]}')).toEqual([expect.stringContaining('a section of names and lists')]);
  });
});

describe('problems', () => {
  test('are all named at once, with line, key, what was found and what is near', async () => {
    expect(
      await problems(`listen_prot: 1
listen_port: 99999
log_level: loud
interval_seconds: 0.5
otlp:
  enabled: maybe
  protocol: smoke
  endpoint: collector
  colour: red
stations:
  - hots: 192.0.2.1
    password: ""
  - host: "http://192.0.2.1/"
    port: "80a"
    password: x
  - text
exclude: {a: b}
`),
    ).toEqual([
      'config.yml:1: listen_prot: unknown key; did you mean listen_port?',
      'config.yml:9: otlp.colour: unknown key',
      'config.yml:11: stations[0].hots: unknown key; did you mean host?',
      'config.yml:2: listen_port: expected a port number from 1 to 65535, found 99999',
      'config.yml:3: log_level: expected one of debug, info, warning, error, found "loud"',
      'config.yml:4: interval_seconds: expected a number from 1 to 3600, or null, found 0.5',
      'config.yml:6: otlp.enabled: expected true or false, found "maybe"',
      'config.yml:7: otlp.protocol: expected one of grpc, http, found "smoke"',
      'config.yml:8: otlp.endpoint: expected an http:// or https:// address, found "collector"',
      'config.yml:13: stations[1].host: expected a host name or an IP address, found "http://192.0.2.1/"',
      'config.yml:14: stations[1].port: expected a port number from 1 to 65535, found "80a"',
      'config.yml:16: stations[2]: expected a section of keys, found text',
      'config.yml:17: exclude: expected a list of texts, found {"a":"b"}',
      'config.yml:11: stations[0].host: is missing (also: variable DEMO_HOST)',
      'config.yml:12: stations[0].password: must not be empty (also: variable DEMO_PASSWORD or DEMO_PASSWORD_FILE)',
    ]);
  });

  test('of YAML name line and column', async () => {
    expect(await problems('a: b: c')).toEqual([expect.stringMatching(/^config\.yml:1:4: no valid YAML: /)]);
    expect(await problems('listen_port: 1\nlisten_port: 2')).toEqual([
      expect.stringContaining('config.yml:2:1: no valid YAML'),
    ]);
    expect(await problems('- a\n- b')).toEqual(['config.yml: expected keys and values at the top']);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (key, at) => `${key}: &${key} [${`*${'abcdefgh'[at]},`.repeat(9)}]\n`)}`;
    expect(await problems(bomb)).toEqual([expect.stringContaining('no valid YAML')]);
  });

  test.each([
    '*Secret1',
    '|Secret1',
    '>Secret1',
    '!Secret1! x',
    '!Secret1',
    '@Secret1',
    '&Secret1',
    '"\\Secret1"',
    '%Secret1',
  ])('of YAML never quote what stands there: password: %s', async (password) => {
    const found = await problems(`stations:\n  - host: a\n    password: ${password}\n`);
    expect(found.join('\n')).not.toContain('Secret1');
    if (!password.startsWith('&') && password !== '!Secret1') expect(found.join('\n')).toMatch(/^config\.yml:3:/m);
  });

  test('of a file that is not there or not meant name the file', async () => {
    expect(await problems(undefined, { file: join(folder, 'none.yml') })).toEqual([
      expect.stringContaining('none.yml: cannot be read: ENOENT'),
    ]);
    expect(await problems(undefined, { file: folder })).toEqual([expect.stringContaining('cannot be read: EISDIR')]);
    expect(await problems(`a: ${'x'.repeat(5 * 1024 * 1024)}`)).toEqual(['config.yml: is longer than 4194304 bytes']);
  });

  test('of variables and flags name them', async () => {
    const environment = { DEMO_HOST: 'a b', DEMO_PASSWORD: 'x', DEMO_PORT: '0', DEMO_OTLP_ENABLED: 'perhaps' };
    expect(await problems(undefined, { environment, flags: { 'listen-port': 'x' } })).toEqual([
      'environment: DEMO_HOST: expected a host name or an IP address, found "a b"',
      'environment: DEMO_PORT: expected a port number from 1 to 65535, found "0"',
      'environment: DEMO_OTLP_ENABLED: expected true or false, found "perhaps"',
      'command line: --listen-port: expected a port number from 1 to 65535, found "x"',
    ]);
  });

  test('of secrets name place and file, never the secret', async () => {
    const both = 'stations: [{host: a.example, password: hunter2, password_file: p.txt}]';
    expect(await problems(both)).toEqual([
      'config.yml:1: stations[0].password_file: the secret itself is given as well; give one of the two',
    ]);
    const list = 'stations: [{host: a.example, password: [hunter2]}]';
    expect((await problems(list)).join()).not.toContain('hunter2');
    expect((await problems(list))[0]).toBe('config.yml:1: stations[0].password: expected text');
    const none = 'stations: [{host: a.example, password_file: p.txt}]';
    expect((await problems(none))[0]).toMatch(
      /^config\.yml:1: stations\[0\]\.password_file: .*p\.txt cannot be read \(ENOENT\)$/,
    );
    const environment = { DEMO_HOST: 'a.example', DEMO_PASSWORD: 'hunter2', DEMO_PASSWORD_FILE: 'p.txt' };
    const lines = await problems(undefined, { environment });
    expect(lines[0]).toBe('environment: DEMO_PASSWORD_FILE: DEMO_PASSWORD is set as well; set one of the two');
    expect(lines.join()).not.toContain('hunter2');
    file('x'.repeat(70_000), 'p.txt');
    expect((await problems(none))[0]).toContain('p.txt is longer than');
  });

  test.each([
    [
      'stations: {host: a.example, password: hunter2}',
      'config.yml:1: stations: expected a list of sections, found a section',
    ],
    ['stations: [[hunter2]]', 'config.yml:1: stations[0]: expected a section of keys, found a list'],
    ['otlp: Bearer hunter2', 'config.yml:1: otlp: expected a section of keys, found text'],
    ['otlp: {headers: {a: [hunter2]}}', 'config.yml:1: otlp.headers: expected a section of names and texts'],
  ])('of sections in which secrets may stand do not show them: %s', async (text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  test('that only the app can see are named too', async () => {
    const check = () => [{ source: '', key: 'stations[1].name', message: 'is taken' }];
    const sources = {
      defaultFiles: [],
      environment: {},
      flags: {},
      allowUnknownKeys: false,
      folder,
      file: file(STATION),
    };
    await expect(loadConfig(schema, sources, check)).rejects.toThrow('config.yml: stations[1].name: is taken');
  });

  test('of unknown keys become warnings on request', async () => {
    const { warnings } = await load(`${STATION}colour: red`, { allowUnknownKeys: true });
    expect(warnings.map(({ key, message }) => [key, message])).toEqual([['colour', 'unknown key']]);
  });

  test('of variables that nearly have a known name are warnings', async () => {
    const environment = { DEMO_HOTS: 'x', DEMO_SERVICE_HOST: '10.0.0.1', OTHER_HOTS: 'x' };
    const { warnings } = await load(undefined, { environment });
    expect(warnings).toEqual([
      { source: 'environment', key: 'DEMO_HOTS', message: 'unknown variable; did you mean DEMO_HOST?' },
    ]);
  });
});
