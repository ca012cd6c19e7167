import type { Log } from '@device-exporters/exporter';
import { SeriesRegistry } from '@device-exporters/metrics';
import { systemClock } from '@device-exporters/retry';
import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import type { TapoConfig } from './config.ts';
import { Devices } from './devices.ts';
import { declareMetrics } from './metrics.ts';
import { selectionOf } from './selection.ts';

const never = new AbortController().signal;

function silentLog(): Log {
  const nothing = (): void => {};
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  return { ...log, child: () => log } as unknown as Log;
}

function readOnScrape(device: TplinkDevice): Devices {
  const registry = new SeriesRegistry();
  const config = {
    devices: [`http://${device.host}:${device.httpPort}`],
    prometheus_options: { refresh_interval: null },
    discovery_options: { timeout: null },
    rediscovery_interval: 300,
    forget_after: 86_400,
    max_concurrent_devices: 64,
    supported_device_families: {},
    per_device_family_metrics: {},
  } as unknown as TapoConfig;
  const series = { registry, metrics: declareMetrics(registry), compatibility: [], selection: selectionOf(config) };
  const account = () => ({ username: device.user, password: device.password });
  return new Devices({ config, series, account, discover: undefined, clock: systemClock, log: silentLog() });
}

test('a scraper that goes away leaves the reading to those who wait for it too', async () => {
  await using device = await startTplinkDevice({ model: 'p110', http: { answerDelayMs: 20 } });
  const devices = readOnScrape(device);
  const stopping = new AbortController();
  const ended = devices.run(stopping.signal);
  const leaving = new AbortController();
  const first = devices.collect(leaving.signal);
  const second = devices.collect(never);
  await device.ledger.until(({ connectionsOpen }) => connectionsOpen > 0);
  leaving.abort(new Error('gone'));
  await first;
  expect(devices.health().map(({ isUp }) => isUp)).toEqual([false]);
  await second;
  expect(devices.health().map(({ isUp }) => isUp)).toEqual([true]);
  expect(device.ledger.logins).toBe(1);
  stopping.abort(new Error('stopping'));
  await ended;
  devices.dispose();
  await device.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
});

test('what a scrape has begun to read ends when everything does', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  device.faults.goSilent();
  const devices = readOnScrape(device);
  const stopping = new AbortController();
  const ended = devices.run(stopping.signal);
  const collecting = devices.collect(never);
  await device.ledger.until(({ connectionsOpen }) => connectionsOpen > 0);
  stopping.abort(new Error('stopping'));
  await Promise.all([ended, collecting]);
  devices.dispose();
  await device.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
  expect(devices.health()).toEqual([]);
});
