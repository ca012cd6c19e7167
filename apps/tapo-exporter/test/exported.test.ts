import { runProgram } from '@device-exporters/exporter/testing';
import { startTplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, addressOf, follow, isUp, MAIN } from './following.ts';

test('the example of a configuration is valid', async () => {
  const file = new URL('../config.example.yml', import.meta.url).pathname;
  const { code, stderr } = await runProgram(MAIN, ['--config.check', '--config.file', file]);
  expect([code, stderr()]).toEqual([0, '']);
});

test('probe prints what a device is and says, or why it does not', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  const good = await runProgram(MAIN, ['probe', addressOf(device)], ACCOUNT);
  expect(good.stdout()).toContain(device.alias);
  expect(good.stdout()).toMatch(/power_watts \d/);
  expect(good.code).toBe(0);
  const bad = await runProgram(MAIN, ['probe', addressOf(device), '--json'], {
    ...ACCOUNT,
    TAPO_PASSWORD: 'wrong',
  });
  expect(JSON.parse(bad.stdout())).toMatchObject([{ state: expect.stringContaining('login refused') as string }]);
  expect(bad.code).toBe(1);
  const refused = await runProgram(MAIN, ['--tapo-password=x']);
  expect(refused.stderr()).toContain('TAPO_PASSWORD_FILE');
});

describe('a listed device', () => {
  test.each<[string, TplinkOptions, string]>([
    ['KLAP', { model: 'p110' }, 'klap2'],
    ['AES', { model: 'p100' }, 'aes'],
    ['XOR', { model: 'hs110' }, 'xor'],
    ['TPAP', { model: 'tpap' }, 'tpap'],
  ])('that speaks %s is on the page', async (_, options, protocol) => {
    await using device = await startTplinkDevice(options);
    await using app = await follow([device]);
    const page = await isUp(app, device);
    const [info] = page.lines('tapo_device_info', { device_id: device.deviceId, child_id: '' });
    expect(info?.labels).toMatchObject({ alias: device.alias, protocol, host: device.host });
    expect(page.value('tapo_relay_on', { device_id: device.deviceId })).toBe(1);
    expect(page.value('tapo_discovered_devices')).toBe(1);
    expect(device.ledger.violations).toEqual([]);
  });

  test('that fails loses its readings at once and keeps its status', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device]);
    await isUp(app, device);
    await device.faults.unplug();
    const page = await app.scrapeUntil('it is down', ({ value }) => value('tapo_device_up') === 0);
    expect(page.lines('tapo_power_watts')).toEqual([]);
    expect(page.lines('tapo_device_info')).toEqual([]);
    expect(page.value('tapo_device_errors_total', { reason: 'refused' })).toBeGreaterThan(0);
    await device.faults.plugIn();
    await isUp(app, device);
  });

  test('is read when somebody scrapes, where the configuration says so', async () => {
    await using device = await startTplinkDevice({ model: 'p110', moving: false });
    await using app = await follow([device], { prometheus_options: { refresh_interval: null } });
    for (const milliwatts of [5_000, 6_000]) {
      device.setValue('get_energy_usage.current_power', milliwatts);
      device.setValue('get_emeter_data.power_mw', milliwatts);
      expect((await app.scrape()).value('tapo_power_watts')).toBe(milliwatts / 1_000);
    }
  });

  test('has the metrics of the original when they are wanted', async () => {
    await using device = await startTplinkDevice({ model: 'p110', moving: false });
    await using app = await follow([device], { compatibility_metrics: true });
    const page = await isUp(app, device);
    const joules = page.value('tapo_energy_today_joules') ?? Number.NaN;
    const original = page.value('current_consumption_today', { host: device.host, alias: device.alias });
    expect(original).toBeCloseTo(joules / 3.6e6);
    expect(page.value('current_consumption')).toBe(page.value('tapo_power_watts'));
  });
});
