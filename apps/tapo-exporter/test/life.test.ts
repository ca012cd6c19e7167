import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, startProgram, until } from '@device-exporters/exporter/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, SILENT } from '../../../scripts/testing/promtool.ts';
import { ACCOUNT, configFor, follow, isUp } from './following.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapo-life-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return file;
}

/** As pyprom-exporters writes it, every key included. */
const ORIGINAL = `
log_level: INFO
prometheus_port: 8090
write_non_default_config: false
exporters:
  tapo:
    devices: []
    prometheus_options: {refresh_interval: 5}
    max_concurrent_devices: 10
    discovery_options:
      perform_discovery: false
      credentials: null
      current_consumption_key: current_consumption
      target: 255.255.255.255
      discovery_timeout: 5
      discovery_packets: 3
      interface: null
      port: null
      timeout: null
      with_update: true
      tapo_username_env_key: TP_LINK_USERNAME
      tapo_password_env_key: TP_LINK_PASSWORD
    supported_device_families: {plug: true}
    per_device_family_metrics:
      plug:
        CURRENT_CONSUMPTION: {}
`;

describe('the configuration', () => {
  test('of the original is accepted as it is', async () => {
    const { code, stderr } = await runProgram(MAIN, ['--config.check', '--config.file', fileWith(ORIGINAL)]);
    expect([code, stderr()]).toEqual([0, '']);
  });

  test('with mistakes is refused, each with a line of its own', async () => {
    const file = fileWith('prometheus_prt: 1\nexporters: {tapo: {devices: ["http://"], rediscovery_interval: soon}}');
    const { code, stderr } = await runProgram(MAIN, ['--config.check', '--config.file', file]);
    expect(code).toBe(1);
    expect(stderr()).toMatch(/prometheus_prt.*prometheus_port/);
    expect(stderr()).toMatch(/exporters\.tapo\.rediscovery_interval.*soon/);
  });

  test('is written back where it says so, without defaults and without the account', async () => {
    const config = configFor(
      [],
      { forget_after: 600 },
      { write_non_default_config: true, tapo_username: 'me@example.com' },
    );
    const file = fileWith(JSON.stringify(config));
    const program = await startProgram(MAIN, ['--config.file', file, '--log.format=json'], { TAPO_PASSWORD: 'secret' });
    await program.logged('configuration written, without what is as by default and without the account');
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/me@example\.com|secret/);
    expect(parse(text)).toEqual({
      write_non_default_config: true,
      exporters: {
        tapo: {
          prometheus_options: { refresh_interval: 0.1 },
          discovery_options: { perform_discovery: false },
          forget_after: 600,
        },
      },
    });
  });

  test('that changes is taken over: what is gone leaves the page', async () => {
    await using first = await startTplinkDevice({ model: 'p110', serial: 1 });
    await using second = await startTplinkDevice({ model: 'hs110', serial: 2 });
    await using app = await follow([first]);
    await isUp(app, first);
    await app.reload(configFor([second]));
    const page = await isUp(app, second);
    expect(page.lines('tapo_device_up', { device_id: first.deviceId })).toEqual([]);
    expect(page.value('tapo_discovered_devices')).toBe(1);
  });
});

test('SIGHUP reads the file again, SIGTERM ends well', async () => {
  await using plug = await startTplinkDevice({ model: 'p110' });
  const file = fileWith(JSON.stringify(configFor([])));
  const program = await startProgram(MAIN, ['--config.file', file, '--log.format=json'], ACCOUNT);
  writeFileSync(file, JSON.stringify(configFor([plug])));
  program.child.kill('SIGHUP');
  await until('the plug is read', async () => {
    const page = await (await fetch(`${program.url}/metrics`)).text();
    return page.includes(`tapo_device_up{device_id="${plug.deviceId}"} 1`);
  });
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});

test('the health of the exporter is that of its devices', async () => {
  await using first = await startTplinkDevice({ model: 'p110', serial: 1 });
  await using second = await startTplinkDevice({ model: 'hs110', serial: 2 });
  await using app = await follow([first, second]);
  for (const device of [first, second]) await isUp(app, device);
  expect(await app.health()).toMatchObject({ status: 200, body: { status: 'healthy' } });
  const down = (count: number) =>
    app.scrapeUntil(
      `${count} are down`,
      ({ lines }) => lines('tapo_device_up').filter(({ value }) => value === 0).length === count,
    );
  await first.faults.unplug();
  await down(1);
  expect(await app.health()).toMatchObject({ status: 200, body: { status: 'degraded' } });
  await second.faults.unplug();
  await down(2);
  const { status, body } = await app.health();
  expect([status, body['status']]).toEqual([503, 'unhealthy']);
  expect(body['devices']).toHaveLength(2);
  expect((await fetch(`${app.url}/-/ready`)).status).toBe(200);
});

testWith('promtool')('promtool finds nothing to say about the page', async () => {
  await using strip = await startTplinkDevice({ model: 'p304m', serial: 1 });
  await using hub = await startTplinkDevice({ model: 'h100', serial: 2 });
  await using old = await startTplinkDevice({ model: 'hs110', serial: 3 });
  const devices = [strip, hub, old];
  await using app = await follow(devices, { tapo: { compatibility_metrics: true } });
  for (const device of devices) await isUp(app, device);
  expect(checkMetrics((await app.scrape()).text)).toEqual(SILENT);
});
