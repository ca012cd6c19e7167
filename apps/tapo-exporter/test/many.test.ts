import { until } from '@device-exporters/exporter/testing';
import { createFakeClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceClock, errorsOf, follow, isUp } from './following.ts';

const MANY = 50;

describe('one that hangs among fifty', () => {
  let devices: TplinkDevice[] = [];

  beforeAll(async () => {
    const numbers = Array.from({ length: MANY }, (_, index) => index + 1);
    devices = await Promise.all(numbers.map((serial) => startTplinkDevice({ model: 'hs110', serial })));
  });

  afterAll(async () => {
    await Promise.all(devices.map((device) => device.stop()));
  });

  /** Time stands still: nobody can be waiting for anything to time out. */
  test('delays neither the others nor a scrape', async () => {
    const clock = createFakeClock();
    await using hung = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    hung.faults.goSilent();
    await using app = await follow([hung, ...devices], { prometheus_options: { refresh_interval: 5 } }, { clock });
    for (const device of devices) await isUp(app, device);
    const asked = (): number => devices.reduce((sum, { ledger }) => sum + ledger.exchanges, 0);
    const before = asked();
    await clock.advance(4_900);
    await clock.advance(100);
    await app.scrapeUntil('all others are read again', () => asked() >= before + MANY);
    const page = await app.scrape();
    expect(page.lines('tapo_device_up').filter(({ value }) => value === 1)).toHaveLength(MANY);
  });

  test.each<[string, TplinkOptions]>([
    ['at its first answer', { model: 'p110' }],
    ['a little at every answer', { model: 'p100', http: { answerDelayMs: 4_000 } }],
  ])('%s delays no scrape that reads the devices for longer than a scraper waits', async (_, options) => {
    const clock = createFakeClock();
    await using hung = await startTplinkDevice({ ...options, clock: deviceClock(clock) });
    if (options.model === 'p110') hung.faults.goSilent();
    const onScrape = { prometheus_options: { refresh_interval: null } };
    await using app = await follow([...devices, hung], onScrape, { clock });
    const scraping = app.scrape();
    await until('all others are read', async () => {
      const { devices: views } = (await app.health()).body as { devices: { up: boolean }[] };
      return views.filter(({ up }) => up).length === MANY;
    });
    for (let second = 0; second < 9; second++) {
      await hung.ledger.until(({ connectionsOpened }) => connectionsOpened > 0);
      await clock.advance(1_000);
    }
    const page = await scraping;
    expect(page.lines('tapo_device_up').filter(({ value }) => value === 1)).toHaveLength(MANY);
    expect(page.lines('tapo_power_watts')).toHaveLength(MANY);
    expect(errorsOf(page, 'timeout')).toBe(1);
  });

  test('has at most max_concurrent_devices asked at a time, and lets every one have its turn', async () => {
    await using app = await follow(devices, { max_concurrent_devices: 3 });
    for (const device of devices) await isUp(app, device);
    expect((await app.scrape()).lines('tapo_power_watts')).toHaveLength(MANY);
  });
});

describe('devices that are read when somebody scrapes', () => {
  const ON_SCRAPE = { prometheus_options: { refresh_interval: null } };

  test('are not asked in between', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    await using app = await follow([device], ON_SCRAPE, { clock });
    await clock.advance(60_000);
    expect(device.ledger.connectionsOpened).toBe(0);
    expect((await app.scrape()).value('tapo_device_up', { device_id: device.deviceId })).toBe(1);
  });

  test('are left alone for a while after a failure, and back with the first scrape after that', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'hs110', clock: deviceClock(clock) });
    await using app = await follow([device], ON_SCRAPE, { clock });
    await app.scrape();
    await device.faults.unplug();
    const failing = app.scrape();
    const page = await failing;
    expect(page.value('tapo_device_up', { device_id: device.deviceId })).toBe(0);
    expect(page.lines('tapo_power_watts')).toEqual([]);
    await device.faults.plugIn();
    expect((await app.scrape()).value('tapo_device_up')).toBe(0);
    await clock.advance(1_000);
    expect((await app.scrape()).value('tapo_device_up')).toBe(1);
  });
});
