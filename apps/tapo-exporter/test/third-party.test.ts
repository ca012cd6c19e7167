import { createFakeClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { deviceClock, errorsOf, failed, follow, isUp, pass } from './following.ts';

test.each<[string, TplinkOptions]>([
  ['KLAP', { model: 'p110' }],
  ['AES', { model: 'p100' }],
])(
  'third-party access that is off has its reason, names the switch, and is noticed when it is on: %s',
  async (_, options) => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ ...options, clock: deviceClock(clock) });
    device.faults.thirdPartyOff();
    await using app = await follow([device], {}, { clock });
    const page = await failed(app, 'third_party_disabled');
    expect(errorsOf(page, 'auth')).toBe(0);
    await app.logged(
      'the device refuses third-party access; switch it on in the TP-Link app: Me > Third-Party Services > Third-Party Compatibility',
    );
    device.faults.thirdPartyOn();
    await pass(clock, 60, 2);
    await isUp(app, device);
  },
);

test('third-party access that is switched off while a device is read takes its readings away', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  await using app = await follow([device]);
  await isUp(app, device);
  device.faults.thirdPartyOff();
  const page = await failed(app, 'third_party_disabled');
  expect(page.value('tapo_device_up', { device_id: device.deviceId })).toBe(0);
  expect(page.lines('tapo_power_watts')).toEqual([]);
  device.faults.thirdPartyOn();
  await isUp(app, device);
});
