import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Program, readPage, runProgram, startProgram, until } from '@device-exporters/exporter/testing';
import { type Miniserver, startMiniserver } from '@device-exporters/simulators';
import { afterEach, describe, expect, test } from 'vitest';
import { entryOf } from './followed.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);
const PASSWORD = 'Tr0ub4dor & 3/ü';

const programs: Program[] = [];
afterEach(() => {
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
});

async function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Program> {
  const program = await startProgram(MAIN, args, environment);
  programs.push(program);
  return program;
}

function variablesOf({ host, port, sslPort, user }: Miniserver): Record<string, string> {
  return { LOXONE_HOST: host, LOXONE_PORT: `${port}`, LOXONE_SSL_PORT: `${sslPort}`, LOXONE_USERNAME: user };
}

async function get(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Waits until the page says that this Miniserver is connected. */
async function connected({ url }: Program, miniserver: string): Promise<void> {
  await until(`${miniserver} is connected`, async () => {
    return readPage(await get(`${url}/metrics`)).value('loxone_exporter_connected', { miniserver }) === 1;
  });
}

describe('a configuration that cannot be used ends the program, with every problem on a line of its own', () => {
  const CASES: readonly (readonly [what: string, yaml: string, lines: readonly string[]])[] = [
    ['broken YAML', 'miniservers:\n  - name: "home\n', ['config.yml:3:1: no valid YAML']],
    ['two lists in one', 'miniservers: [\n', ['config.yml:2:1: no valid YAML']],
    [
      'keys nobody knows',
      'miniservers:\n  - {host: h, username: u, password: p, usrname: x}\nlisten_prot: 1\ncolour: red\n',
      [
        'config.yml:2: miniservers[0].usrname: unknown key; did you mean username?',
        'config.yml:3: listen_prot: unknown key; did you mean listen_port?',
        'config.yml:4: colour: unknown key',
      ],
    ],
    [
      'a host, user and password that are missing',
      'miniservers:\n  - name: home\n',
      [
        'config.yml:2: miniservers[0].host: is missing (also: variable LOXONE_HOST)',
        'config.yml:2: miniservers[0].username: is missing (also: variable LOXONE_USERNAME)',
        'config.yml:2: miniservers[0].password: is missing (also: variable LOXONE_PASSWORD or LOXONE_PASSWORD_FILE)',
      ],
    ],
    [
      'an empty password',
      'miniservers:\n  - host: h\n    username: u\n    password: ""\n',
      ['config.yml:4: miniservers[0].password: must not be empty'],
    ],
    [
      'names that are given twice, by host as well',
      'miniservers:\n  - {host: a, username: u, password: p}\n  - {name: a, host: b, username: u, password: p}\n',
      ['config.yml: miniservers[1].name: "a" is the name of miniservers[0] already'],
    ],
    [
      'ports out of range',
      'miniservers:\n  - {host: h, port: 0, ssl_port: 70000, username: u, password: p}\nlisten_port: -1\n',
      [
        'config.yml:2: miniservers[0].port: expected a port number from 1 to 65535, found 0',
        'config.yml:2: miniservers[0].ssl_port: expected a port number from 1 to 65535, found 70000',
        'config.yml:3: listen_port: expected a port number from 1 to 65535, found -1',
      ],
    ],
    [
      'no Miniserver at all',
      'miniservers: []\n',
      ['config.yml: miniservers: none is configured; name one in a file or'],
    ],
    [
      'a CA file that is not there',
      'miniservers:\n  - {host: h, username: u, password: p, tls_verify: ca.pem}\n',
      ['there is no CA file'],
    ],
    [
      'a host with a scheme',
      'miniservers:\n  - {host: "http://h", username: u, password: p}\n',
      ['config.yml:2: miniservers[0].host: expected a host name or an IP address'],
    ],
    [
      'a password file that is not there',
      'miniservers:\n  - {host: h, username: u, password_file: nowhere}\n',
      ['config.yml:2: miniservers[0].password_file:'],
    ],
    [
      'all sorts of things at once',
      'miniservers:\n  - {name: x, host: h, port: x, username: u}\n  - {name: x, host: "a b", username: u, password: p}\n' +
        'log_level: loud\nlog_format: xml\nexclude_rooms: {a: 1}\ninclude_text_values: maybe\nstale_after_seconds: -1\n' +
        'opentelemetry: {protocol: smoke, endpoint: nowhere}\n',
      [
        'config.yml:2: miniservers[0].port: expected a port number from 1 to 65535, found "x"',
        'config.yml:2: miniservers[0].password: is missing',
        'config.yml:3: miniservers[1].host: expected a host name',
        'config.yml: miniservers[1].name: "x" is the name of miniservers[0] already',
        'config.yml:4: log_level: expected one of debug, info, warning, error, found "loud"',
        'config.yml:5: log_format: expected one of logfmt, json, found "xml"',
        'config.yml:6: exclude_rooms: expected a list of texts',
        'config.yml:7: include_text_values: expected true or false, found "maybe"',
        'config.yml:8: stale_after_seconds: expected a number from 0, found -1',
        'config.yml:9: opentelemetry.protocol: expected one of grpc, http, found "smoke"',
        'config.yml:9: opentelemetry.endpoint: expected an http:// or https:// address, found "nowhere"',
      ],
    ],
  ];

  test.concurrent.each(CASES)('%s', async (_, yaml, lines) => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'config.yml');
    writeFileSync(file, yaml);
    const { code, stdout, stderr } = await runProgram(MAIN, ['--config.file', file]);
    expect(code).toBe(1);
    expect(stdout()).toBe('');
    const said = stderr().trimEnd().split('\n');
    for (const line of lines) expect(said).toContainEqual(expect.stringContaining(line));
    expect(said).toHaveLength(lines.length);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await runProgram(MAIN, ['-c', '/nowhere/config.yml']);
    expect([code, stderr()]).toEqual([1, expect.stringContaining('/nowhere/config.yml: cannot be read')]);
  });

  test('nothing configured anywhere', async () => {
    const { code, stderr } = await runProgram(MAIN, []);
    expect([code, stderr()]).toEqual([1, expect.stringContaining('LOXONE_HOST, LOXONE_USERNAME and LOXONE_PASSWORD')]);
  });
});

test('--config.check only looks', async () => {
  await using miniserver = await startMiniserver();
  await using folder = temporaryFolder();
  const file = join(folder.path, 'config.yml');
  writeFileSync(file, JSON.stringify({ miniservers: [entryOf(miniserver)] }));
  const good = await runProgram(MAIN, ['--config.check', '-c', file]);
  expect([good.code, good.stdout(), good.stderr()]).toEqual([0, `${file}: the configuration is valid\n`, '']);
  writeFileSync(file, 'miniservers: [{host: h, username: u, password: p}]\nlog_levle: info\n');
  const bad = await runProgram(MAIN, ['--config.check', '-c', file]);
  expect([bad.code, bad.stderr()]).toEqual([1, `${file}:2: log_levle: unknown key; did you mean log_level?\n`]);
  expect(miniserver.ledger.httpRequests).toEqual([]);
});

describe('the program', () => {
  test('needs no file, keeps its secrets, speaks to its Miniserver alone, and gives the token back', async () => {
    await using miniserver = await startMiniserver({ password: PASSWORD, eventsPerSecond: 0 });
    await using folder = temporaryFolder();
    const file = join(folder.path, 'password');
    writeFileSync(file, `${PASSWORD}\n`);
    const recorder = new URL('record-sockets.ts', import.meta.url);
    const program = await start(['--log.level=debug'], {
      ...variablesOf(miniserver),
      LOXONE_PASSWORD_FILE: file,
      NODE_OPTIONS: `--import=${recorder.href}`,
    });
    // Named after the host, as no other name was given.
    await connected(program, miniserver.host);
    const pages = await Promise.all(
      ['/', '/metrics', '/healthz', '/-/ready', '/-/healthy', '/nothing'].map((path) => get(`${program.url}${path}`)),
    );
    const [token] = miniserver.ledger.tokensAlive;

    const startMs = performance.now();
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    expect(miniserver.ledger.tokensAlive).toEqual([]);

    const shown = `${pages.join('\n')}\n${program.stderr()}`;
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString('base64')]) {
      expect(shown).not.toContain(secret);
    }
    expect(token?.token).toBeTruthy();
    expect(shown).not.toContain(token?.token);

    const targets = [...shown.matchAll(/"msg":"socket","target":"([^"]*)"/g)].map(([, target]) => target);
    const { host, port, sslPort } = miniserver;
    expect(new Set(targets)).toEqual(new Set([`${host}:${port}`, `${host}:${sslPort}`]));
  });

  test('says a refused login without the password, and goes on serving', async () => {
    await using miniserver = await startMiniserver({ password: 'another' });
    const program = await start(['--log.level=debug'], { ...variablesOf(miniserver), LOXONE_PASSWORD: PASSWORD });
    expect(await program.logged('login refused; check user and password')).toMatchObject({
      level: 'ERROR',
      miniserver: miniserver.host,
      err: expect.stringContaining('refuses the login of "exporter"'),
    });
    expect(await get(`${program.url}/metrics`)).toContain('loxone_exporter_up 1');
    expect(program.stderr()).not.toContain(PASSWORD);
    program.child.kill('SIGINT');
    expect(await program.exited).toBe(0);
  });

  test('shows no secret in its help', async () => {
    const { code, stdout } = await runProgram(MAIN, ['--help'], { LOXONE_HOST: 'h', LOXONE_PASSWORD: PASSWORD });
    expect(code).toBe(0);
    expect(stdout()).toContain('Usage: loxone-exporter [flags]');
    expect(stdout()).not.toContain(PASSWORD);
  });

  test('takes no password as a flag', async () => {
    const { code, stderr } = await runProgram(MAIN, [`--password=${PASSWORD}`], { LOXONE_HOST: 'h' });
    expect(code).toBe(1);
    expect(stderr()).toContain('unknown flag --password');
    expect(stderr()).not.toContain(PASSWORD);
  });

  test('stops in order while its Miniserver is not there', async () => {
    const program = await start([], {
      LOXONE_HOST: '127.0.0.1',
      LOXONE_PORT: '1',
      LOXONE_USERNAME: 'u',
      LOXONE_PASSWORD: 'p',
    });
    await program.logged('not connected');
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  test('bothers no Miniserver when its port is in use', async () => {
    await using miniserver = await startMiniserver();
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as { port: number };
    const { code, stderr } = await runProgram(MAIN, [`--web.listen-address=127.0.0.1:${port}`], {
      ...variablesOf(miniserver),
      LOXONE_PASSWORD: miniserver.password,
    });
    occupant.close();
    expect(code).toBe(1);
    expect(stderr()).toContain(`cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`);
    expect(miniserver.ledger.httpRequests).toEqual([]);
    expect(miniserver.ledger.connectionsOpened).toBe(0);
  });

  test('reloads on SIGHUP, and keeps what it has when the new configuration is bad', async () => {
    await using first = await startMiniserver({ eventsPerSecond: 0 });
    await using second = await startMiniserver({ eventsPerSecond: 0 });
    await using folder = temporaryFolder();
    const file = join(folder.path, 'config.yml');
    const write = (config: object): void => writeFileSync(file, JSON.stringify(config));
    const entries = [entryOf(first), { ...entryOf(second), name: 'annexe' }];
    write({ miniservers: entries.slice(0, 1) });
    const program = await start(['-c', file]);
    await connected(program, 'home');

    write({ miniservers: entries });
    program.child.kill('SIGHUP');
    await connected(program, 'annexe');

    write({ miniservers: [...entries, entries[0]] });
    program.child.kill('SIGHUP');
    const { err } = await program.logged('reload failed; the old configuration stays');
    expect(err).toContain('miniservers[2].name: "home" is the name of miniservers[0] already');
    const page = readPage(await get(`${program.url}/metrics`));
    expect(page.value('loxone_exporter_config_last_reload_successful')).toBe(0);
    expect(page.value('loxone_exporter_connected', { miniserver: 'home' })).toBe(1);
    expect(page.value('loxone_exporter_connected', { miniserver: 'annexe' })).toBe(1);
    expect([first.ledger.connectionsOpened, second.ledger.connectionsOpened]).toEqual([1, 1]);
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    expect([...first.ledger.tokensAlive, ...second.ledger.tokensAlive]).toEqual([]);
  });

  test('answers the health check of its container', async () => {
    const variables = { LOXONE_HOST: '127.0.0.1', LOXONE_PORT: '1', LOXONE_USERNAME: 'u', LOXONE_PASSWORD: 'p' };
    const { url } = await start([], variables);
    const { code } = await runProgram(MAIN, ['healthcheck', `--web.listen-address=${new URL(url).host}`], variables);
    expect(code).toBe(0);
  });
});
