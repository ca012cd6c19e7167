import type { Page } from '@device-exporters/exporter/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { errorsOf, follow, isUp } from './following.ts';

function childIds(page: Page, metric: string): string[] {
  return page.lines(metric).map(({ labels }) => labels['child_id'] ?? '');
}

describe('a strip', () => {
  test('has a series for every outlet, and none of its own for what outlets measure', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m', moving: false });
    await using app = await follow([strip]);
    const page = await isUp(app, strip);
    expect(childIds(page, 'tapo_power_watts').toSorted()).toEqual([...strip.childIds].toSorted());
    expect(
      page
        .lines('tapo_power_watts')
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual([0, 1.3, 4.2, 75]);
    expect(
      page
        .lines('tapo_relay_on')
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual([0, 1, 1, 1]);
    expect(childIds(page, 'tapo_device_info').toSorted()).toEqual(['', ...strip.childIds].toSorted());
    const families = page.lines('tapo_device_info').map(({ labels }) => labels['family']);
    expect(new Set(families)).toEqual(new Set(['STRIP', 'PLUG']));
  });

  test('of the old kind names its outlets in full', async () => {
    await using strip = await startTplinkDevice({ model: 'hs300', iot: { shortChildIds: true } });
    await using app = await follow([strip]);
    const page = await isUp(app, strip);
    expect(childIds(page, 'tapo_power_watts').toSorted()).toEqual([...strip.childIds].toSorted());
  });
});

describe('a hub', () => {
  test('has a series for everything that its children measure', async () => {
    await using hub = await startTplinkDevice({ model: 'h100', moving: false });
    await using app = await follow([hub]);
    const page = await isUp(app, hub);
    const [climate, door, motion, water, valve] = hub.childIds;
    const value = (metric: string, child_id = ''): number | undefined => page.value(metric, { child_id });
    expect(value('tapo_temperature_celsius', climate)).toBe(21.4);
    expect(value('tapo_humidity_ratio', climate)).toBe(0.52);
    expect(value('tapo_contact_open', door)).toBe(0);
    expect(value('tapo_motion_detected', motion)).toBe(0);
    expect(value('tapo_water_leak', water)).toBe(0);
    expect(value('tapo_target_temperature_celsius', valve)).toBe(21);
    expect(value('tapo_battery_ratio', valve)).toBe(0.65);
    expect(page.lines('tapo_child_online').map((line) => line.value)).toEqual([1, 1, 1, 1, 1]);
    expect(value('tapo_device_info')).toBe(1);
  });

  test('says of a child that it does not reach only that, until it does', async () => {
    await using hub = await startTplinkDevice({ model: 'h100', moving: false });
    await using app = await follow([hub]);
    await isUp(app, hub);
    const [climate = ''] = hub.childIds;
    hub.setValue('get_device_info.status', 'offline', climate);
    const away = await app.scrapeUntil('it is away', (page) => {
      return page.value('tapo_child_online', { child_id: climate }) === 0;
    });
    expect(away.lines('tapo_temperature_celsius', { child_id: climate })).toEqual([]);
    expect(away.lines('tapo_battery_ratio', { child_id: climate })).toEqual([]);
    expect(away.value('tapo_device_up')).toBe(1);
    hub.setValue('get_device_info.status', 'online', climate);
    await app.scrapeUntil('it is back', (page) => {
      return page.value('tapo_temperature_celsius', { child_id: climate }) === 21.4;
    });
  });
});

describe('of the families', () => {
  test('those that are switched off are not exported, in whatever case they are written', async () => {
    await using hub = await startTplinkDevice({ model: 'h100' });
    await using plug = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([hub, plug], {
      supported_device_families: { sensor: false, Plug: 'FALSE', HUB: true },
    });
    await isUp(app, plug);
    const page = await isUp(app, hub);
    expect(page.lines('tapo_device_info').map(({ labels }) => labels['family'])).toEqual(['HUB']);
    expect(page.lines('tapo_temperature_celsius')).toEqual([]);
    expect(page.lines('tapo_power_watts')).toEqual([]);
  });

  test.each<[string, object]>([
    ['a list', { plug: ['tapo_power_watts', 'CURRENT_VOLTAGE'] }],
    [
      'a map, as the original has it',
      { PLUG: { current_consumption: { name: 'x' }, current_voltage: null, current_rssi: false } },
    ],
  ])('one may be told which metrics it keeps: %s', async (_, per_device_family_metrics) => {
    await using plug = await startTplinkDevice({ model: 'p110', transport: 'klap2' });
    await using meter = await startTplinkDevice({ model: 'hs110' });
    await using hub = await startTplinkDevice({ model: 'h100' });
    await using app = await follow([plug, meter, hub], { per_device_family_metrics });
    await isUp(app, plug);
    await isUp(app, hub);
    const page = await isUp(app, meter);
    const names = page.text.split('\n').filter((line) => line.includes(`device_id="${meter.deviceId}",child_id=`));
    expect(new Set(names.map((line) => line.split('{')[0]))).toEqual(
      new Set(['tapo_device_info', 'tapo_power_watts', 'tapo_voltage_volts']),
    );
    expect(page.lines('tapo_rssi_dbm').map(({ labels }) => labels['device_id'])).toContain(hub.deviceId);
    expect(page.lines('tapo_rssi_dbm', { device_id: plug.deviceId })).toEqual([]);
  });
});

describe('the metrics of the original', () => {
  test('follow the choice of metrics, and leave outlets out, which it did not know', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m' });
    await using meter = await startTplinkDevice({ model: 'hs110' });
    await using app = await follow([strip, meter], {
      compatibility_metrics: true,
      per_device_family_metrics: { PLUG: ['current_consumption'] },
    });
    await isUp(app, strip);
    const page = await isUp(app, meter);
    expect(page.lines('current_consumption').map(({ labels }) => labels)).toEqual([
      { host: meter.host, alias: meter.alias },
    ]);
    expect(page.lines('current_voltage')).toEqual([]);
  });

  test('are those of one, where two devices have one host and one name; both are read', async () => {
    await using first = await startTplinkDevice({ model: 'p110', alias: 'Plug' });
    await using second = await startTplinkDevice({ model: 'p110', alias: 'Plug', serial: 2 });
    await using app = await follow([first, second], { compatibility_metrics: true });
    await isUp(app, first);
    const page = await isUp(app, second);
    expect(page.lines('current_consumption')).toHaveLength(1);
    expect(page.lines('tapo_power_watts')).toHaveLength(2);
    expect(errorsOf(await isUp(app, first), 'protocol')).toBe(0);
  });
});

describe('a firmware update', () => {
  test.each(['aes', 'tpap'] as const)('that brings another protocol, %s, is noticed', async (transport) => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device], {}, { clock: createScaledClock(10) });
    await isUp(app, device);
    await device.faults.installFirmware(transport, '1.4.0 Build 250101');
    const page = await app.scrapeUntil('the new protocol', (found) => {
      return found.value('tapo_device_info', { protocol: transport, firmware: '1.4.0 Build 250101' }) === 1;
    });
    expect(page.lines('tapo_device_info')).toHaveLength(1);
    expect(page.value('tapo_device_up')).toBe(1);
    expect(device.ledger.failedLogins).toBe(0);
  });
});
