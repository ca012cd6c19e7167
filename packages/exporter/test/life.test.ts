import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Program, runProgram, startProgram } from '../src/testing/program.ts';

const DEMO = new URL('fixture/demo-exporter.ts', import.meta.url);

const programs: Program[] = [];
afterEach(() => {
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
});

async function start(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Program> {
  const program = await startProgram(DEMO, args, environment);
  programs.push(program);
  return program;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'life-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, name = 'config.yml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the command line', () => {
  test('explains itself', async () => {
    const { code, stdout } = await runProgram(DEMO, ['--help']);
    expect(code).toBe(0);
    expect(stdout()).toContain('Usage: demo-exporter [flags]');
    expect(stdout()).toContain('--config.file, --config, -c FILE');
    expect(stdout()).toContain('--demo-port VALUE');
    expect(stdout()).toContain('demo-exporter greet [NAME…] [flags]');
    expect(stdout()).not.toContain('--demo-password');
  });

  test('runs a command of the app instead, whose exit code it takes', async () => {
    const { code, stdout } = await runProgram(DEMO, ['greet', 'c', '--loud'], { DEMO_DEVICES: 'a,b' });
    expect([code, stdout()]).toEqual([1, 'HELLO A, B, C']);
  });

  test('says its version', async () => {
    const { code, stdout } = await runProgram(DEMO, ['--version']);
    expect(code).toBe(0);
    expect(stdout()).toMatch(/^demo-exporter, version \d+\.\d+\.\d+ \(revision: \w+\)\n/);
  });

  test.each([
    [['--web.listen-adress=:1'], 'unknown flag --web.listen-adress; did you mean --web.listen-address?'],
    [['--nonsense'], 'unknown flag --nonsense'],
    [['--log.level'], '--log.level needs a value: --log.level LEVEL'],
    [['--log.level=loud'], '--log.level: expected one of debug, info, warning, error, found "loud"'],
    [['--config.check=yes'], '--config.check takes no value'],
    [['--web.listen-address=here'], 'not an address to listen on: here'],
    [['--web.telemetry-path=metrics'], 'not a path'],
    [['--web.config.file=nowhere.yml'], 'nowhere.yml: cannot be read'],
    [['dance'], 'unknown command dance'],
    [['--demo-password=x'], '--demo-password is not a flag: set DEMO_PASSWORD'],
    [['--demo-port=x'], 'command line: --demo-port: expected a port number from 1 to 65535, found "x"'],
  ])('refuses %j with a sentence and exit code 1', async (args, sentence) => {
    const { code, stderr } = await runProgram(DEMO, args);
    expect(code).toBe(1);
    expect(stderr()).toContain(sentence);
  });

  test('checks a configuration without starting', async () => {
    const good = await runProgram(DEMO, ['--config.check', '-c', file('devices: [a]\n')]);
    expect([good.code, good.stdout()]).toEqual([0, expect.stringContaining('the configuration is valid')]);
    const bad = await runProgram(DEMO, [
      '--config.check',
      '--config',
      file('devcies: [a]\nlisten_port: 0\ndevices: [forbidden]\n'),
    ]);
    expect(bad.code).toBe(1);
    expect(bad.stderr().split('\n')).toEqual([
      expect.stringContaining('config.yml:1: devcies: unknown key; did you mean devices?'),
      expect.stringContaining('config.yml:2: listen_port: expected a port number from 1 to 65535, found 0'),
      expect.stringContaining('config.yml: devices: forbidden is forbidden'),
      '',
    ]);
    const warned = await runProgram(DEMO, [
      '--config.check',
      '--config.allow-unknown-keys',
      '-c',
      file('colour: red\n'),
    ]);
    expect([warned.code, warned.stderr()]).toEqual([0, expect.stringContaining('colour: unknown key')]);
  });
});

describe('an exporter', () => {
  test('starts without a file, says what it does, and stops in order', async () => {
    const { child, url, logged, exited, stderr } = await start([], { DEMO_DEVICES: 'a', DEMO_PASSWORD: 'hunter2' });
    expect(await logged('starting demo-exporter')).toMatchObject({ level: 'INFO', runtime: process.version });
    expect(await logged('configuration loaded')).toMatchObject({ variables: ['DEMO_DEVICES', 'DEMO_PASSWORD'] });
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(stderr()).not.toContain('hunter2');
  });

  test('serves its metrics where the configuration says, unless a flag says otherwise', async () => {
    const first = await start([], { DEMO_METRICS_PATH: '/devices' });
    const second = await start(['--web.telemetry-path=/other'], { DEMO_METRICS_PATH: '/devices' });
    for (const [url, status] of [
      [`${first.url}/devices`, 200],
      [`${first.url}/metrics`, 404],
      [`${second.url}/other`, 200],
      [`${second.url}/devices`, 404],
    ] as const) {
      expect((await fetch(url)).status).toBe(status);
    }
  });

  test('hides secrets by type and by key', async () => {
    const { logged } = await start(['--log.level=debug'], { DEMO_PASSWORD: 'hunter2' });
    expect(await logged('secrets')).toMatchObject({
      password: '<secret>',
      token: '<secret>',
      nested: { secret: '<secret>' },
    });
  });

  test('ends at once on a second signal', async () => {
    const { child, logged, exited } = await start([], { DEMO_STOP: 'slowly' });
    child.kill('SIGINT');
    await logged('stopping');
    child.kill('SIGINT');
    expect(await exited).toBe(1);
  });

  test('says when stopping failed', async () => {
    const { child, logged, exited } = await start([], { DEMO_STOP: 'badly' });
    child.kill('SIGTERM');
    expect(await logged('could not stop in order')).toMatchObject({ err: 'the session could not be closed' });
    expect(await exited).toBe(1);
  });

  test.each([
    ['has sent half a request', 'GET /met'],
    ['has not sent anything', ''],
  ])(
    'stops in order although a client %s',
    async (_what, text) => {
      const { child, url, exited } = await start([], { DEMO_DEVICES: 'a' });
      const client = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
      await once(client, 'connect');
      if (text !== '') client.write(text);
      // Its connection is known to the server by the time that a later one is answered.
      await (await fetch(`${url}/-/healthy`)).text();
      child.kill('SIGTERM');
      expect(await exited).toBe(0);
      client.destroy();
    },
    12_000,
  );

  test('does not start on a port in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as { port: number };
    const { code, stderr } = await runProgram(DEMO, [`--web.listen-address=127.0.0.1:${port}`]);
    occupant.close();
    expect(code).toBe(1);
    expect(stderr()).toContain(`cannot listen on 127.0.0.1:${port}: listen EADDRINUSE`);
  });

  test('reloads on SIGHUP and on request, and keeps the old configuration when the new one is bad', async () => {
    const path = file('devices: [a, x]\n', 'reload.yml');
    const { child, url, logged } = await start(['-c', path]);
    const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
    expect(await metrics()).toContain('demo_device_up{device="x"} 0');
    expect(await metrics()).toContain('demo_exporter_config_last_reload_successful 1');

    file('devices: [b]\nlog_level: debug\n', 'reload.yml');
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(200);
    expect(await metrics()).toContain('demo_device_up{device="b"} 1');
    expect(await metrics()).not.toContain('device="a"');

    file('devices: [forbidden]\n', 'reload.yml');
    const refused = await fetch(`${url}/-/reload`, { method: 'POST' });
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('forbidden is forbidden')]);
    expect(await metrics()).toContain('demo_device_up{device="b"} 1');
    expect(await metrics()).toContain('demo_exporter_config_last_reload_successful 0');
    await logged('reload failed; the old configuration stays');

    file('devices: [c]\nlisten_port: 1\n', 'reload.yml');
    child.kill('SIGHUP');
    await expect.poll(metrics).toContain('demo_device_up{device="c"} 1');
  });

  test('switches debug logging by signal', async () => {
    const { child, logged } = await start();
    child.kill('SIGUSR2');
    expect(await logged('log level switched by signal')).toMatchObject({ debug: true });
  });

  test('writes logfmt where asked to', async () => {
    const { code, stderr } = await runProgram(DEMO, ['--log.format=logfmt', '--web.listen-address=192.0.2.1:1']);
    expect(code).toBe(1);
    expect(stderr()).toMatch(/^time=\S+ level=INFO msg="starting demo-exporter" version=\S+/);
  });
});

describe('the health check of a container', () => {
  test('asks where the exporter listens', async () => {
    const { url, exited, child } = await start();
    const address = `--web.listen-address=${new URL(url).host.replace('127.0.0.1', '0.0.0.0')}`;
    expect((await runProgram(DEMO, ['healthcheck', address])).code).toBe(0);
    child.kill('SIGTERM');
    await exited;
    const { code, stderr } = await runProgram(DEMO, ['healthcheck', address]);
    expect([code, stderr()]).toEqual([1, expect.stringContaining('cannot reach http://127.0.0.1:')]);
  });
});
