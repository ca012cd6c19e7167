import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { follow, isUp } from './following.ts';

describe('what a device consists of', () => {
  test('is exported with it: the outlets of a strip', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m' });
    await using app = await follow([strip]);
    const page = await isUp(app, strip);
    const outlets = page.lines('tapo_device_info', { family: 'PLUG' });
    expect(outlets).toHaveLength(4);
    for (const { labels } of outlets) {
      const { child_id = '' } = labels;
      expect(page.value('tapo_relay_on', { device_id: strip.deviceId, child_id })).toBeDefined();
      expect(page.value('tapo_power_watts', { device_id: strip.deviceId, child_id })).toBeDefined();
    }
    expect(page.lines('tapo_power_watts', { child_id: '' })).toEqual([]);
  });

  test('is exported with it: the children of a hub, and of one out of reach that alone', async () => {
    await using hub = await startTplinkDevice({ model: 'h100' });
    await using app = await follow([hub]);
    const page = await isUp(app, hub);
    const offline = page.lines('tapo_child_online').filter(({ value }) => value === 0);
    expect(page.lines('tapo_child_online').length).toBeGreaterThan(offline.length);
    for (const { labels } of offline) {
      const { child_id = '' } = labels;
      expect(page.lines('tapo_battery_low', { child_id })).toEqual([]);
      expect(page.lines('tapo_temperature_celsius', { child_id })).toEqual([]);
    }
    expect(page.lines('tapo_humidity_ratio').every(({ value }) => value > 0 && value <= 1)).toBe(true);
  });
});

describe('the configuration', () => {
  test('leaves families out', async () => {
    await using hub = await startTplinkDevice({ model: 'h100' });
    await using app = await follow([hub], { tapo: { supported_device_families: { sensor: false } } });
    const page = await isUp(app, hub);
    expect(page.lines('tapo_device_info').map(({ labels }) => labels['family'])).toEqual(['HUB']);
    expect(page.lines('tapo_child_online')).toEqual([]);
  });

  test.each([
    ['a list', { PLUG: ['tapo_power_watts'] }],
    ['a map of the original', { plug: { CURRENT_CONSUMPTION: {}, CURRENT_RSSI: false } }],
  ])('keeps some metrics of a family: %s', async (_, per_device_family_metrics) => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([plug], { tapo: { per_device_family_metrics } });
    const page = await isUp(app, plug);
    expect(page.lines('tapo_power_watts')).toHaveLength(1);
    expect(page.lines('tapo_rssi_dbm')).toEqual([]);
    expect(page.lines('tapo_device_info')).toHaveLength(1);
  });

  test('that names a family that is none is refused', async () => {
    const starting = follow([], { tapo: { supported_device_families: { PLUGS: true } } });
    await expect(starting).rejects.toThrow();
  });
});

test('a device that has lost its clock tells all but the energy of today', async () => {
  await using plug = await startTplinkDevice({ model: 'p110' });
  plug.faults.loseClock();
  await using app = await follow([plug]);
  const page = await isUp(app, plug);
  expect(page.lines('tapo_energy_today_joules')).toEqual([]);
  expect(page.lines('tapo_relay_on')).toHaveLength(1);
});
