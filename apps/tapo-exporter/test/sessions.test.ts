import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { connectTo } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import { addressOf, follow, isUp } from './following.ts';

const never = new AbortController().signal;

describe('a session', () => {
  test.each(['klap2', 'aes', 'tpap'] as const)(
    'that the device forgets is opened anew at once: %s',
    async (transport) => {
      await using device = await startTplinkDevice({ model: 'p110', transport });
      await using app = await follow([device]);
      await isUp(app, device);
      device.faults.expireSessions();
      const { exchanges } = device.ledger;
      await device.ledger.until((ledger) => ledger.exchanges > exchanges + 5);
      const page = await app.scrape();
      expect(page.value('tapo_device_up')).toBe(1);
      expect(page.lines('tapo_device_errors_total').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0]);
    },
  );

  test('that another client ends is opened anew', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device]);
    await isUp(app, device);
    const credentials = { username: device.user, password: device.password };
    const other = connectTo({ address: addressOf(device) }, { credentials });
    const { logins } = device.ledger;
    await (await other.open(never)).transport.exchange('{"method":"get_device_info"}', never);
    other.close();
    await device.ledger.until((ledger) => ledger.logins >= logins + 2);
    await isUp(app, device);
  });

  test('ends when the exporter does: nothing is asked any more', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const app = await follow([device]);
    await isUp(app, device);
    await app.stop();
    await device.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
  });
});

describe('a device that goes wrong every few answers', () => {
  test.each<[string, (device: TplinkDevice) => void]>([
    ['with HTTP 500', ({ faults }) => faults.every(3, 500)],
    ['with HTTP 403', ({ faults }) => faults.every(3, 403)],
    ['by breaking off', ({ faults }) => faults.every(3, 'drop')],
    ['with half an answer', ({ faults }) => faults.every(3, 'truncated')],
    ['with garbage', ({ faults }) => faults.every(3, 'garbage')],
  ])('is read between: %s', async (_, goWrong) => {
    await using device = await startTplinkDevice({ model: 'p110' });
    goWrong(device);
    await using app = await follow([device]);
    await isUp(app, device);
    const { exchanges } = device.ledger;
    await device.ledger.until((ledger) => ledger.exchanges > exchanges + 4, 15_000);
    device.faults.clear();
    const page = await isUp(app, device);
    expect(page.value('tapo_power_watts', { device_id: device.deviceId })).toBeGreaterThan(0);
    expect(device.ledger.violations).toEqual([]);
  });
});
