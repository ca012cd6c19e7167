import { displayFrame, startEcoflowCloud } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, DELTA_2, DELTA_3, follow, isRead, type Kind } from './following.ts';

const { sn } = DELTA_2;

describe('a device that speaks JSON', () => {
  test.each<Kind>(['rest', 'open-mqtt', 'device'])('is read by %s, raw and in base units', async (kind) => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, kind);
    const page = await isRead(app, sn);
    expect(page.value('ecoflow_battery_soc_ratio', { device: sn, pack: 'main' })).toBeCloseTo(0.46);
    expect(page.value('ecoflow_total_input_power_watts', { device: sn })).toBe(120);
    expect(page.value('ecoflow_battery_voltage_volts', { device: sn })).toBeCloseTo(52.161);
    expect(page.value('ecoflow_pd_watts_in_sum', { device: sn, device_name: 'Garage' })).toBe(120);
    expect(page.value('ecoflow_bms_bms_status_vol', { device: sn })).toBe(52_161);
    expect(page.value('ecoflow_online', { device: sn, product_name: 'DELTA 2' })).toBe(1);
    expect(page.lines('ecoflow_device_info', { device: sn, device_name: 'Garage' })).toHaveLength(1);
    expect(cloud.ledger.violations).toEqual([]);
  });

  test('is read from what it pushes', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'mqtt');
    await cloud.ledger.until(({ subscriptions }) => subscriptions.length > 0);
    await app.logged('connected to the broker');
    await cloud.push(sn, { 'pd.soc': 50 });
    await cloud.push(sn, { 'pd.wattsInSum': 7 });
    const page = await app.scrapeUntil('both have come', ({ value }) => value('ecoflow_total_input_power_watts') === 7);
    expect(page.value('ecoflow_battery_soc_ratio')).toBe(0.5);
    expect(page.value('ecoflow_mqtt_messages_total', { client_type: 'mqtt', type: 'text' })).toBe(2);
    expect(cloud.ledger.violations).toEqual([]);
  });

  test.each<Kind>(['open-mqtt', 'device'])('has changes on the page as it pushes them: %s', async (kind) => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, kind);
    await isRead(app, sn);
    await cloud.push(sn, { 'pd.wattsInSum': 0 });
    const page = await app.scrapeUntil('it is 0', ({ value }) => value('ecoflow_total_input_power_watts') === 0);
    expect(page.value('ecoflow_battery_soc_ratio')).toBeCloseTo(0.46);
  });
});

describe('a device that speaks protobuf', () => {
  test('answers a request for everything, zeros included', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_3] });
    await using app = await follow(cloud, 'device');
    const page = await isRead(app, DELTA_3.sn);
    expect(page.value('ecoflow_battery_soc_ratio', { pack: 'main' })).toBeCloseTo(0.8);
    expect(page.value('ecoflow_total_input_power_watts')).toBe(0);
    expect(page.value('ecoflow_total_output_power_watts')).toBe(61.5);
    expect(page.lines('ecoflow_device_info', { product_name: 'DELTA 3' })).toHaveLength(1);
    await cloud.pushBytes(DELTA_3.sn, displayFrame(DELTA_3.sn, { powOutSumW: 0 }));
    await app.scrapeUntil('it is 0', ({ value }) => value('ecoflow_total_output_power_watts') === 0);
  });

  test('that says it is off line is, and back when it says so', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_3] });
    await using app = await follow(cloud, 'device');
    await isRead(app, DELTA_3.sn);
    await cloud.setOnline(DELTA_3.sn, false);
    const page = await app.scrapeUntil('it is off line', ({ value }) => value('ecoflow_online') === 0);
    expect(page.lines('ecoflow_battery_soc_ratio')).toEqual([]);
    expect(page.value('ecoflow_last_message_timestamp_seconds')).toBeGreaterThan(1e9);
    await cloud.setOnline(DELTA_3.sn, true);
    await isRead(app, DELTA_3.sn);
  });

  test('and sends garbage costs a counter', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_3] });
    await using app = await follow(cloud, 'device');
    await isRead(app, DELTA_3.sn);
    await cloud.pushBytes(DELTA_3.sn, Uint8Array.from([0x0a, 0xff, 0xff, 0x01]));
    await app.scrapeUntil('it is counted', ({ value }) => (value('ecoflow_mqtt_message_errors_total') ?? 0) > 0);
    await isRead(app, DELTA_3.sn);
  });
});

describe('a device that is off line', () => {
  test.each<Kind>(['rest', 'open-mqtt', 'device'])(
    'has no data, and has them again when it is back: %s',
    async (kind) => {
      await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
      await using app = await follow(cloud, kind);
      await isRead(app, sn);
      await cloud.setOnline(sn, false);
      const page = await app.scrapeUntil(
        'it is off line',
        ({ value }) => value('ecoflow_online', { device: sn }) === 0,
      );
      expect(page.text).not.toMatch(/ecoflow_pd_soc\{|ecoflow_battery_soc_ratio\{/);
      expect((await app.health()).status).toBe(503);
      await cloud.setOnline(sn, true);
      await isRead(app, sn);
    },
  );
});

describe('the configuration', () => {
  test('chooses devices and names them, in the order of their serial numbers', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2, DELTA_3] });
    const names = { device_sn: `${DELTA_3.sn},${sn}`, device_name: ['Third', 'Second'], device_general_key: 'a,b' };
    await using app = await follow(cloud, 'device', names);
    for (const device of [sn, DELTA_3.sn]) await isRead(app, device);
    const page = await app.scrape();
    const info = page
      .lines('ecoflow_device_info')
      .map(({ labels }) => [labels['device_name'], labels['device_general_key']]);
    expect(info.toSorted()).toEqual([
      ['Second', 'b'],
      ['Third', 'a'],
    ]);
  });

  test.each([
    ['dynamic', false, true],
    ['typed', true, false],
  ] as const)('chooses metrics: %s', async (metrics, isTyped, isDynamic) => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'rest', { metrics, metrics_prefix: 'eco' });
    const page = await app.scrapeUntil('it is read', ({ text }) => text.includes('_soc{') || text.includes('_ratio{'));
    expect(page.lines('ecoflow_battery_soc_ratio').length > 0).toBe(isTyped);
    expect(page.lines('eco_pd_soc').length > 0).toBe(isDynamic);
    expect(page.value('eco_online', { device: sn })).toBe(1);
  });

  test('read again, costs no login and no value unless the devices are others now', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_3] });
    const config = configFor(cloud, 'device', { quota_request_interval: 600 });
    await using app = await follow(cloud, 'device', config);
    await isRead(app, DELTA_3.sn);
    await app.reload({ ...config, log_level: 'debug' });
    const page = await app.scrape();
    expect(page.value('ecoflow_battery_soc_ratio', { device: DELTA_3.sn })).toBe(0.8);
    expect(cloud.ledger.count('/auth/login')).toBe(1);
    await app.reload({ ...config, device_sn: DELTA_3.sn, device_name: 'Renamed' });
    await app.scrapeUntil('the new name', ({ text }) => text.includes('device_name="Renamed"'));
    expect(cloud.ledger.count('/auth/login')).toBe(2);
  });
});
