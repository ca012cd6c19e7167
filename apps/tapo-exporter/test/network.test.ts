import { createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { type DiscoveredDevice, discover } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import type { Discover } from '../src/devices.ts';
import { ACCOUNT, addressOf, follow, isUp } from './following.ts';

/** Asks the simulated devices, which are on ports of their own, as the exporter asks real ones. */
function lookAt(devices: readonly TplinkDevice[], packets = 3): Discover {
  return async (signal) => {
    const found = await Promise.all(
      devices.map(({ host, xorPort, discoveryPort }) => {
        const ports = { xor: xorPort, klap: [discoveryPort] };
        return discover({ target: host, packets, timeoutMs: 200, ports, signal });
      }),
    );
    return found.flat();
  };
}

/** Looks again after a moment. */
const FOUND = { devices: [], discovery_options: { perform_discovery: true }, rediscovery_interval: 1 };

describe('discovery', () => {
  test('finds devices of both kinds, each once', async () => {
    await using plug = await startTplinkDevice({ model: 'p110', serial: 1 });
    await using old = await startTplinkDevice({ model: 'hs110', serial: 2 });
    await using both = await startTplinkDevice({ model: 'hs300', discovery: 'both', serial: 3 });
    const devices = [plug, old, both];
    await using app = await follow(devices, { tapo: FOUND, look: lookAt(devices) });
    for (const device of devices) await isUp(app, device);
    expect((await app.scrape()).value('tapo_discovered_devices')).toBe(3);
  });

  test('finds a device though datagrams get lost', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    plug.faults.loseDatagrams(2);
    await using app = await follow([], { tapo: FOUND, look: lookAt([plug], 4) });
    await isUp(app, plug);
  });

  test('does not double a device that is listed', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    const tapo = { ...FOUND, devices: [addressOf(plug)] };
    let looks = 0;
    const look: Discover = async (signal) => {
      const found = await lookAt([plug])(signal);
      looks++;
      return found;
    };
    await using app = await follow([plug], { tapo, look });
    await isUp(app, plug);
    const page = await app.scrapeUntil('it has been looked twice', () => looks >= 2);
    expect(page.value('tapo_discovered_devices')).toBe(1);
    expect(page.lines('tapo_device_info', { child_id: '' })).toHaveLength(1);
  });

  test('that fails is told, and listed devices are read all the same', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    const look = (): Promise<readonly DiscoveredDevice[]> => Promise.reject(new Error('network is unreachable'));
    await using app = await follow([plug], { tapo: { ...FOUND, devices: [addressOf(plug)] }, look });
    await isUp(app, plug);
    await app.logged('devices cannot be looked for; listed ones are read all the same');
  });
});

describe('a device that goes', () => {
  test('to another address is found again', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([], { tapo: FOUND, look: lookAt([plug]) });
    await isUp(app, plug);
    await plug.faults.moveTo('127.0.0.77');
    const page = await app.scrapeUntil(
      'it is read there',
      ({ lines }) => lines('tapo_device_info', { host: '127.0.0.77', child_id: '' }).length === 1,
    );
    expect(page.value('tapo_device_up', { device_id: plug.deviceId })).toBe(1);
    expect(page.value('tapo_discovered_devices')).toBe(1);
  });

  test('to another address is found again though it is listed by the old one', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([plug], { tapo: { ...FOUND, devices: [addressOf(plug)] }, look: lookAt([plug]) });
    await isUp(app, plug);
    await plug.faults.moveTo('127.0.0.78');
    await app.scrapeUntil(
      'it is read there',
      ({ lines }) => lines('tapo_device_info', { host: '127.0.0.78', child_id: '' }).length === 1,
    );
  });

  test('away is forgotten after a time, with all its series', async () => {
    await using plug = await startTplinkDevice({ model: 'p110' });
    const tapo = { ...FOUND, rediscovery_interval: 20, forget_after: 60 };
    await using app = await follow([], { tapo, look: lookAt([plug]), clock: createScaledClock(20) });
    await isUp(app, plug);
    await plug.faults.unplug();
    const page = await app.scrapeUntil('nobody is known', ({ value }) => value('tapo_discovered_devices') === 0);
    expect(page.lines('tapo_device_up')).toEqual([]);
    expect(page.lines('tapo_device_errors_total')).toEqual([]);
  });

  test('over to another protocol with new firmware is read all the same', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    await using app = await follow([plug]);
    await isUp(app, plug);
    await plug.faults.installFirmware('klap2', '1.5.0');
    const page = await app.scrapeUntil(
      'it speaks KLAP',
      ({ lines }) => lines('tapo_device_info', { protocol: 'klap2' }).length === 1,
    );
    expect(page.lines('tapo_device_info', { child_id: '' })).toHaveLength(1);
  }, 20_000);
});

test('two devices with one name are two', async () => {
  await using first = await startTplinkDevice({ model: 'p110', alias: 'Lamp', serial: 1 });
  await using second = await startTplinkDevice({ model: 'hs110', alias: 'Lamp', serial: 2 });
  await using app = await follow([first, second], { tapo: { compatibility_metrics: true } });
  for (const device of [first, second]) await isUp(app, device);
  const page = await app.scrape();
  expect(page.lines('tapo_device_info', { alias: 'Lamp', child_id: '' })).toHaveLength(2);
});

test('one device listed twice is one', async () => {
  await using plug = await startTplinkDevice({ model: 'p110' });
  const devices = [addressOf(plug), `localhost:${plug.httpPort}`];
  await using app = await follow([plug], { tapo: { devices } });
  const page = await app.scrapeUntil('one is left', ({ value }) => value('tapo_discovered_devices') === 1);
  expect(page.lines('tapo_device_up')).toHaveLength(1);
});

test('a page that devices are read for does not wait for one that hangs for ever, and says nothing old of it', async () => {
  const clock = createScaledClock(10);
  await using plug = await startTplinkDevice({ model: 'p110', serial: 1 });
  await using hanging = await startTplinkDevice({ model: 'p110', serial: 2 });
  const tapo = { prometheus_options: { refresh_interval: null } };
  await using app = await follow([plug, hanging], { tapo, clock });
  for (const device of [plug, hanging]) await isUp(app, device);
  hanging.faults.goSilent();
  const page = await app.scrape();
  expect(page.value('tapo_power_watts', { device_id: plug.deviceId })).toBeGreaterThan(0);
  expect(page.lines('tapo_power_watts', { device_id: hanging.deviceId })).toEqual([]);
  expect(page.value('tapo_device_errors_total', { device_id: hanging.deviceId, reason: 'timeout' })).toBe(1);
});

describe('one that hangs among fifty', () => {
  test.each([0.1, null])(
    'delays neither the others nor the page: refresh_interval %s',
    async (refresh_interval) => {
      const hanging = await startTplinkDevice({ model: 'hs110', serial: 1 });
      const others = await Promise.all(
        Array.from({ length: 49 }, (_, index) => startTplinkDevice({ model: 'hs110', serial: index + 2 })),
      );
      try {
        hanging.faults.goSilent();
        const tapo = {
          prometheus_options: { refresh_interval },
          discovery_options: { perform_discovery: false, timeout: 1 },
          max_concurrent_devices: 8,
        };
        await using app = await follow([hanging, ...others], { tapo, environment: ACCOUNT });
        const page = await app.scrapeUntil(
          'all others are up',
          ({ lines }) => lines('tapo_device_up').filter(({ value }) => value === 1).length === 49,
        );
        expect(page.value('tapo_device_up', { device_id: addressOf(hanging) })).toBe(0);
        await app.scrapeUntil('its silence is counted', ({ value }) => {
          return (value('tapo_device_errors_total', { device_id: addressOf(hanging), reason: 'timeout' }) ?? 0) > 0;
        });
        expect((await app.health()).body['status']).toBe('degraded');
      } finally {
        await Promise.all([hanging, ...others].map((device) => device.stop()));
      }
    },
    30_000,
  );
});
