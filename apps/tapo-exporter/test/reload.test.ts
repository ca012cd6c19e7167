import { createFakeClock } from '@device-exporters/retry/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import {
  atRest,
  configFor,
  deviceClock,
  errorsOf,
  failed,
  follow,
  isUp,
  LOOKING,
  lookAround,
  pass,
  startTapo,
} from './following.ts';

const SLOWLY = { prometheus_options: { refresh_interval: 60 } };

describe('a reload', () => {
  test('ends what is gone, starts what is new and leaves alone what is as before', async () => {
    const clock = createFakeClock();
    await using stays = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    await using goes = await startTplinkDevice({ model: 'hs110' });
    await using comes = await startTplinkDevice({ model: 'p100', clock: deviceClock(clock) });
    await using app = await follow([stays, goes], SLOWLY, { clock });
    await isUp(app, stays);
    await isUp(app, goes);
    await atRest(clock, 3);
    await stays.faults.unplug();
    await pass(clock, 60, 3);
    await stays.faults.plugIn();
    await pass(clock, 60, 3);
    await isUp(app, stays);
    const { logins } = stays.ledger;
    const failures = errorsOf(await app.scrape(), 'refused');
    expect(failures).toBeGreaterThan(0);

    await app.reload(configFor([stays, comes], SLOWLY));
    // Without a moment in which it would be missing.
    const page = await app.scrape();
    expect(page.value('tapo_device_up', { device_id: stays.deviceId })).toBe(1);
    expect(page.lines('tapo_power_watts', { device_id: stays.deviceId })).toHaveLength(1);
    expect(page.lines('tapo_device_up', { device_id: goes.deviceId })).toEqual([]);
    expect(errorsOf(page, 'refused')).toBe(failures);
    await isUp(app, comes);
    await goes.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
    await pass(clock, 120, 3);
    expect(stays.ledger.logins).toBe(logins);
    expect((await app.scrape()).value('tapo_discovered_devices')).toBe(2);
  });

  test('keeps devices that were found, and lets them go with discovery', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', host: '127.0.51.1', clock: deviceClock(clock) });
    await using app = await follow([], LOOKING, { clock, look: lookAround(device) });
    await isUp(app, device);
    await atRest(clock, 2);
    device.faults.loseDatagrams(1);
    await app.reload(configFor([], { ...LOOKING, rediscovery_interval: 600 }));
    expect((await app.scrape()).lines('tapo_power_watts')).toHaveLength(1);
    await pass(clock, 10, 2);
    expect(device.ledger.logins).toBe(1);
    await app.reload(configFor([], { ...LOOKING, discovery_options: { perform_discovery: false } }));
    const page = await app.scrape();
    expect([page.value('tapo_discovered_devices'), page.lines('tapo_device_up')]).toEqual([0, []]);
    await device.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
  });

  test('tries a device that had refused the old password at once, and only for a new one', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    const config = (tapo_password: string, tapo: object = {}): object =>
      configFor([device], tapo, { tapo_username: device.user, tapo_password });
    await using app = await startTapo(config('wrong'), { clock, environment: {} });
    await failed(app, 'auth');
    await atRest(clock, 2);
    const { handshakes } = device.ledger;
    const before = handshakes.length;
    await app.reload(config('wrong'));
    await pass(clock, 3, 2);
    expect(handshakes.length).toBe(before);
    // Other settings than the account are no reason to log in again.
    await app.reload(config('wrong', { discovery_options: { perform_discovery: false, timeout: 3 } }));
    await pass(clock, 3, 2);
    expect(handshakes.length).toBe(before);
    await app.reload(config(device.password));
    await isUp(app, device);
  });

  test('changes what is exported, and how often it is read', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device]);
    await isUp(app, device);
    await app.reload(configFor([device], { compatibility_metrics: true }));
    await app.scrapeUntil('the original metrics', (page) => page.lines('current_consumption').length === 1);
    await app.reload(configFor([device], { per_device_family_metrics: { PLUG: [] } }));
    await app.scrapeUntil('no readings', (page) => page.lines('tapo_power_watts').length === 0);
    await app.reload(configFor([device], { compatibility_metrics: true }));
    await app.scrapeUntil('the original metrics again', (page) => page.lines('current_consumption').length === 1);
    await app.reload(configFor([device], { prometheus_options: { refresh_interval: null } }));
    const { exchanges } = device.ledger;
    await app.scrape();
    expect(device.ledger.exchanges).toBeGreaterThan(exchanges);
    expect(device.ledger.logins).toBeLessThanOrEqual(2);
  });

  test('of an invalid configuration changes nothing', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device]);
    await isUp(app, device);
    await expect(app.reload({ exporters: { tapo: { devices: ['not an address'] } } })).rejects.toThrow();
    const page = await app.scrape();
    expect(page.value('tapo_exporter_config_last_reload_successful')).toBe(0);
    expect(page.value('tapo_device_up', { device_id: device.deviceId })).toBe(1);
    const answer = await fetch(`${app.url}/-/reload`, { method: 'POST' });
    expect(answer.ok).toBe(false);
    await app.reload(configFor([device]));
    expect((await app.scrape()).value('tapo_exporter_config_last_reload_successful')).toBe(1);
    expect((await fetch(`${app.url}/-/reload`, { method: 'POST' })).ok).toBe(true);
  });
});
