import { SeriesRegistry } from '@device-exporters/metrics';
import type { DeviceIdentity, Measurements, Snapshot } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import { declareCompatibilityMetrics } from './compatibility-metrics.ts';
import { DeviceSeries, type SeriesContext } from './device-series.ts';
import { declareMetrics } from './metrics.ts';
import { selectionOf } from './selection.ts';

const ALL = selectionOf({ supported_device_families: {}, per_device_family_metrics: {} });

function context(): SeriesContext {
  const registry = new SeriesRegistry();
  const compatibility = declareCompatibilityMetrics(registry);
  return { registry, metrics: declareMetrics(registry), compatibility, selection: ALL };
}

async function linesOf({ registry }: SeriesContext): Promise<string[]> {
  const exposition = await registry.exposition('text');
  const lines = exposition.body.toString().split('\n');
  exposition.release();
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.endsWith(' 0')).toSorted();
}

function reading(measurements: Measurements, identity: Partial<DeviceIdentity> = {}) {
  const usual = {
    deviceId: 'id',
    childId: '',
    alias: 'Plug',
    model: 'P110',
    family: 'PLUG',
    firmware: '1',
    hardware: '1',
  };
  return { identity: { ...usual, mac: '', ...identity } as DeviceIdentity, measurements };
}

function snapshot(measurements: Measurements, children: Snapshot['children'] = []): Snapshot {
  return { device: reading(measurements), children };
}

const REACH = { host: 'h', protocol: 'xor' };
const INFO = 'alias="Plug",model="P110",family="PLUG",host="h",firmware="1",hardware="1",mac="",protocol="xor"';

describe('the series of a device', () => {
  test('come with a reading, and go with a failure but for its status', async () => {
    const shared = context();
    const series = new DeviceSeries(shared, 'id');
    series.succeed(snapshot({ powerWatts: 1.5, isRelayOn: true }), REACH, 2_000, 500);
    expect(await linesOf(shared)).toEqual([
      'current_consumption{host="h",alias="Plug"} 1.5',
      `tapo_device_info{device_id="id",child_id="",${INFO}} 1`,
      'tapo_device_last_success_timestamp_seconds{device_id="id"} 2',
      'tapo_device_poll_duration_seconds{device_id="id"} 0.5',
      'tapo_device_up{device_id="id"} 1',
      'tapo_power_watts{device_id="id",child_id=""} 1.5',
      'tapo_relay_on{device_id="id",child_id=""} 1',
    ]);
    series.fail('timeout', 3_000, 5_000);
    expect(await linesOf(shared)).toEqual([
      'tapo_device_errors_total{device_id="id",reason="timeout"} 1',
      'tapo_device_last_success_timestamp_seconds{device_id="id"} 2',
      'tapo_device_poll_duration_seconds{device_id="id"} 5',
    ]);
    series.dispose();
    expect(await linesOf(shared)).toEqual([]);
  });

  test('do not outlive what the device reports', async () => {
    const shared = context();
    const series = new DeviceSeries(shared, 'id');
    const child = reading({ powerWatts: 2 }, { childId: 'id01' });
    series.succeed(snapshot({ rssiDbm: -50 }, [child]), REACH, 1_000, 1);
    series.succeed(snapshot({ signalLevel: 2 }), REACH, 2_000, 1);
    const lines = await linesOf(shared);
    expect(lines.filter((line) => line.includes('rssi') || line.includes('id01'))).toEqual([]);
    expect(lines).toContain('tapo_signal_level{device_id="id",child_id=""} 2');
  });

  test('take the failures along when the device says who it is', async () => {
    const shared = context();
    const series = new DeviceSeries(shared, 'http://h');
    series.fail('refused', 1_000, 1);
    series.fail('refused', 2_000, 1);
    series.rename('id');
    const lines = await linesOf(shared);
    expect(lines).toContain('tapo_device_errors_total{device_id="id",reason="refused"} 2');
    expect(lines.filter((line) => line.includes('http://h'))).toEqual([]);
  });

  test('say what an outlet is, and leave the original’s metrics to devices', async () => {
    const shared = context();
    const series = new DeviceSeries(shared, 'id');
    const outlet = reading({ powerWatts: 2 }, { childId: 'id01', alias: 'Outlet' });
    series.succeed(snapshot({}, [outlet]), REACH, 1_000, 1);
    const lines = await linesOf(shared);
    expect(lines).toContain('tapo_power_watts{device_id="id",child_id="id01"} 2');
    expect(lines.filter((line) => line.startsWith('current_'))).toEqual([]);
  });

  test('are chosen anew with another configuration', async () => {
    const shared = context();
    const series = new DeviceSeries(shared, 'id');
    const both = snapshot({ powerWatts: 1, rssiDbm: -50 });
    series.succeed(both, REACH, 1_000, 1);
    const per_device_family_metrics = { PLUG: ['tapo_rssi_dbm'] };
    series.rejoin({ ...shared, selection: selectionOf({ supported_device_families: {}, per_device_family_metrics }) });
    series.succeed(both, REACH, 2_000, 1);
    const lines = await linesOf(shared);
    expect(lines.filter((line) => /^(tapo_rssi|tapo_power|current)/.test(line))).toEqual([
      'current_rssi{host="h",alias="Plug"} -50',
      'tapo_rssi_dbm{device_id="id",child_id=""} -50',
    ]);
  });
});

test('two devices that have one host and one name have their own series, and one of the original', async () => {
  const shared = context();
  for (const deviceId of ['a', 'b']) {
    const series = new DeviceSeries(shared, deviceId);
    series.succeed({ device: reading({ powerWatts: 7 }, { deviceId }), children: [] }, REACH, 1_000, 1);
  }
  const lines = await linesOf(shared);
  expect(lines.filter((line) => line.startsWith('tapo_power'))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith('current_consumption'))).toHaveLength(1);
});
