import type { AppUnderTest, Page } from '@device-exporters/exporter/testing';
import { createFakeClock, createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import {
  addressOf,
  beside,
  deviceClock,
  errorsOf,
  follow,
  isDown,
  isUp,
  LOOKING,
  lookAround,
  pass,
  REASONS,
} from './following.ts';

function idsOf(page: Page): string[] {
  return page.lines('tapo_device_up').map(({ labels }) => labels['device_id'] ?? '');
}

async function areUp(app: AppUnderTest, devices: readonly TplinkDevice[]): Promise<Page> {
  for (const device of devices) await isUp(app, device);
  return app.scrape();
}

describe('devices of the network', () => {
  test('are found with one broadcast, whatever they speak, and read', async () => {
    await using first = await startTplinkDevice({ model: 'p110', host: '127.0.31.1' });
    await using second = await startTplinkDevice({ model: 'hs110', host: '127.0.31.2', ...beside(first) });
    await using third = await startTplinkDevice({ model: 'p100', host: '127.0.31.3', ...beside(first) });
    await using fourth = await startTplinkDevice({ model: 'tpap', serial: 4, host: '127.0.31.4', ...beside(first) });
    const devices = [first, second, third, fourth];
    await using app = await follow([], LOOKING, { look: lookAround(first) });
    const page = await areUp(app, devices);
    expect(page.value('tapo_discovered_devices')).toBe(4);
    expect(idsOf(page).toSorted()).toEqual(devices.map(({ deviceId }) => deviceId).toSorted());
    expect(page.lines('tapo_device_info').map(({ labels }) => labels['host'])).toEqual(
      expect.arrayContaining(devices.map(({ host }) => host)),
    );
    for (const { ledger } of devices) expect([ledger.failedLogins, ledger.violations]).toEqual([0, []]);
  });

  test('are found by one address, where that is the target', async () => {
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.32.1' });
    await using other = await startTplinkDevice({ model: 'p100', host: '127.0.32.2', ...beside(device) });
    await using app = await follow([], LOOKING, { look: lookAround(device, { target: device.host }) });
    await isUp(app, device);
    expect((await app.scrape()).value('tapo_discovered_devices')).toBe(1);
    expect(other.ledger.datagrams).toBe(0);
  });

  test('are found although every second datagram is lost', async () => {
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.33.1' });
    device.faults.loseDatagrams(2);
    await using app = await follow([], LOOKING, { look: lookAround(device) });
    await isUp(app, device);
  });

  test('are found later when all datagrams were lost at first', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.34.1', clock: deviceClock(clock) });
    device.faults.loseDatagrams(1);
    await using app = await follow([], LOOKING, { clock, look: lookAround(device) });
    await pass(clock, 299, 1);
    expect((await app.scrape()).value('tapo_discovered_devices')).toBe(0);
    expect((await app.health()).status).toBe(503);
    device.faults.loseDatagrams(0);
    await clock.advance(1_000);
    await isUp(app, device);
  });

  test('are one each, on however many ports they answer', async () => {
    await using device = await startTplinkDevice({ model: 'hs300', host: '127.0.35.1', discovery: 'both' });
    await using app = await follow([], LOOKING, { look: lookAround(device) });
    const page = await isUp(app, device);
    expect(page.value('tapo_discovered_devices')).toBe(1);
    expect(page.value('tapo_device_info', { device_id: device.deviceId, protocol: 'klap2' })).toBe(1);
  });

  test('that have one name are told apart, also by the metrics of the original', async () => {
    await using first = await startTplinkDevice({ model: 'p110', host: '127.0.36.1', alias: 'Plug' });
    const also = { host: '127.0.36.2', alias: 'Plug', serial: 2, ...beside(first) };
    await using second = await startTplinkDevice({ model: 'p110', ...also });
    await using app = await follow([], { ...LOOKING, compatibility_metrics: true }, { look: lookAround(first) });
    const page = await areUp(app, [first, second]);
    expect(page.lines('tapo_power_watts')).toHaveLength(2);
    expect(page.lines('current_consumption', { alias: 'Plug' }).map(({ labels }) => labels['host'])).toEqual(
      expect.arrayContaining([first.host, second.host]),
    );
  });
});

describe('a device that is listed and found', () => {
  test('at its address is one', async () => {
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.37.1' });
    await using app = await follow([], { ...LOOKING, devices: [addressOf(device)] }, { look: lookAround(device) });
    await app.logged('device is read');
    const page = await isUp(app, device);
    expect(idsOf(page)).toEqual([device.deviceId]);
    expect(page.value('tapo_discovered_devices')).toBe(1);
    expect(device.ledger.logins).toBe(1);
  });

  test('by its name is one, also after many looks', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    const listed = `http://localhost:${device.httpPort}`;
    const options = { ...LOOKING, devices: [listed], prometheus_options: { refresh_interval: 30 } };
    await using app = await follow([], options, { clock, look: lookAround(device) });
    await isUp(app, device);
    await pass(clock, 299, 2);
    const { logins } = device.ledger;
    await pass(clock, 900, 2);
    const page = await app.scrape();
    expect(idsOf(page)).toEqual([device.deviceId]);
    expect(page.value('tapo_discovered_devices')).toBe(1);
    expect(device.ledger.logins).toBe(logins);
  });
});

describe('a device that moves', () => {
  test.each([0, 100, 250])('is followed with the next look, %i seconds after it was unplugged', async (seconds) => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.38.1', clock: deviceClock(clock) });
    await using app = await follow([], LOOKING, { clock, look: lookAround(device) });
    await isUp(app, device);
    await pass(clock, 40, 2);
    await device.faults.unplug();
    await pass(clock, seconds, 2);
    await device.faults.moveTo('127.0.38.2');
    await pass(clock, 259 - seconds, 2);
    await isDown(app, device);
    // The look is due now, and it alone: what the device has failed for does not hold it back.
    await clock.advance(1_000);
    const page = await isUp(app, device);
    expect(page.lines('tapo_device_info').map(({ labels }) => labels['host'])).toEqual(['127.0.38.2']);
    expect(page.lines('tapo_device_up')).toHaveLength(1);
    await app.logged('device moved');
  });

  test('in the middle of a reading has not failed that one', async () => {
    const clock = createFakeClock();
    await using old = await startTplinkDevice({ model: 'p110', host: '127.0.39.1', clock: deviceClock(clock) });
    await using app = await follow([], LOOKING, { clock, look: lookAround(old) });
    await isUp(app, old);
    await pass(clock, 298, 2);
    old.faults.goSilent();
    const { connectionsOpened } = old.ledger;
    await using moved = await startTplinkDevice({
      model: 'p110',
      host: '127.0.39.2',
      clock: deviceClock(clock),
      ...beside(old),
    });
    await clock.advance(1_000);
    expect(clock.pending).toBeGreaterThan(2);
    await clock.advance(1_000);
    await app.scrapeUntil('it is read there', (page) => page.value('tapo_device_info', { host: moved.host }) === 1);
    const page = await app.scrape();
    expect(REASONS.map((reason) => errorsOf(page, reason))).toEqual([0, 0, 0, 0, 0]);
    expect(old.ledger.connectionsOpened).toBe(connectionsOpened);
  });

  test('to the address of another, which has taken its own, is itself there', async () => {
    const clock = createScaledClock(20);
    await using first = await startTplinkDevice({ model: 'p110', host: '127.0.40.1', alias: 'first' });
    const also = { host: '127.0.40.2', serial: 2, alias: 'second' };
    await using second = await startTplinkDevice({ model: 'p110', ...also, ...beside(first) });
    const options = { ...LOOKING, discovery_options: { timeout: 60 }, rediscovery_interval: 10 };
    await using app = await follow([], options, { clock, look: lookAround(first) });
    await areUp(app, [first, second]);
    await first.faults.unplug();
    await second.faults.moveTo('127.0.40.1');
    await first.faults.moveTo('127.0.40.2');
    const isAt = (page: Page, { deviceId, alias }: TplinkDevice, host: string): boolean =>
      page.value('tapo_device_info', { device_id: deviceId, alias, host }) === 1;
    const page = await app.scrapeUntil('they have changed places', (found) => {
      return isAt(found, first, '127.0.40.2') && isAt(found, second, '127.0.40.1');
    });
    expect(page.lines('tapo_device_info')).toHaveLength(2);
    expect(page.value('tapo_discovered_devices')).toBe(2);
  });
});

describe('a device that was found and is gone', () => {
  test('stays as one that is down, and comes back', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.41.1', clock: deviceClock(clock) });
    await using app = await follow([], LOOKING, { clock, look: lookAround(device) });
    await isUp(app, device);
    await device.faults.unplug();
    await pass(clock, 700, 2);
    const page = await isDown(app, device);
    expect([page.value('tapo_discovered_devices'), page.lines('tapo_power_watts')]).toEqual([1, []]);
    await device.faults.plugIn();
    await pass(clock, 60, 2);
    await isUp(app, device);
  });

  test('is forgotten after forget_after, and found again as if it were new', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.42.1', clock: deviceClock(clock) });
    await using app = await follow([], { ...LOOKING, forget_after: 500 }, { clock, look: lookAround(device) });
    await isUp(app, device);
    await pass(clock, 10, 2);
    await device.faults.unplug();
    await pass(clock, 480, 2);
    await isDown(app, device);
    await pass(clock, 109, 2);
    await clock.advance(1_000);
    await app.logged('device forgotten');
    const page = await app.scrape();
    expect([page.value('tapo_discovered_devices'), page.lines('tapo_device_up')]).toEqual([0, []]);
    await device.faults.plugIn();
    await pass(clock, 299, 1);
    await clock.advance(1_000);
    await isUp(app, device);
  });
});
