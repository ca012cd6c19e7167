import { createFakeClock, createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { connectTo } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import { addressOf, deviceClock, errorsOf, follow, isDown, isUp, pass, REASONS } from './following.ts';

/** Ten seconds pass in one. */
function fast() {
  return { clock: createScaledClock(10) };
}

const never = new AbortController().signal;

/** Another program, or the app on a phone, logs in. */
async function logInElsewhere(device: TplinkDevice): Promise<void> {
  const connection = connectTo(
    { address: addressOf(device) },
    { credentials: { username: device.user, password: device.password } },
  );
  const { transport } = await connection.open(never);
  await transport.exchange('{"method":"get_device_info"}', never);
  connection.close();
}

describe('a session', () => {
  const PROTOCOLS: [string, TplinkOptions][] = [
    ['KLAP', { model: 'p110' }],
    ['AES', { model: 'p100' }],
    ['TPAP', { model: 'tpap' }],
  ];

  test.each(PROTOCOLS)('that the device forgets costs a login and no reading: %s', async (_, options) => {
    await using device = await startTplinkDevice(options);
    await using app = await follow([device]);
    await isUp(app, device);
    for (let time = 0; time < 3; time++) {
      const { logins } = device.ledger;
      device.faults.expireSessions();
      await device.ledger.until((ledger) => ledger.logins > logins);
      const { exchanges } = device.ledger;
      await device.ledger.until((ledger) => ledger.exchanges > exchanges + 1);
    }
    const page = await isUp(app, device);
    expect(REASONS.map((reason) => errorsOf(page, reason))).toEqual([0, 0, 0, 0, 0]);
  });

  test.each(PROTOCOLS)('that another program takes is taken back: %s', async (_, options) => {
    await using device = await startTplinkDevice({ ...options, http: { parallel: 'answered' } });
    await using app = await follow([device]);
    await isUp(app, device);
    const { logins } = device.ledger;
    await logInElsewhere(device);
    await device.ledger.until((ledger) => ledger.logins >= logins + 2);
    const page = await isUp(app, device);
    expect(errorsOf(page, 'auth') + errorsOf(page, 'third_party_disabled')).toBe(0);
  });

  test('is renewed before it ends, and not before that', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({
      model: 'p110',
      clock: deviceClock(clock),
      session: { lifetimeSeconds: 3600 },
    });
    const options = { prometheus_options: { refresh_interval: 60 }, rediscovery_interval: 100_000 };
    await using app = await follow([device], options, { clock });
    await isUp(app, device);
    for (let minute = 0; minute < 35; minute++) await pass(clock, 60, 2);
    expect(device.ledger.logins).toBe(1);
    for (let minute = 0; minute < 30; minute++) await pass(clock, 60, 2);
    expect(device.ledger.logins).toBe(2);
    expect(device.ledger.refused).toBe(0);
  });
});

describe('an answer that goes wrong', () => {
  test.each([
    [500, 'protocol'],
    [403, 'refused'],
    ['drop', 'refused'],
    ['hang', 'timeout'],
    ['truncated', 'protocol'],
    ['garbage', 'protocol'],
    ['huge', 'protocol'],
  ] as const)('takes the readings away at once, and is over when it is over: %o', async (fault, reason) => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device], { discovery_options: { perform_discovery: false, timeout: 5 } }, fast());
    await isUp(app, device);
    device.faults.every(1, fault);
    const page = await isDown(app, device);
    expect(page.lines('tapo_power_watts')).toEqual([]);
    expect(page.lines('tapo_device_info')).toEqual([]);
    expect(page.value('tapo_device_last_success_timestamp_seconds')).toBeGreaterThan(0);
    expect(REASONS.filter((each) => errorsOf(page, each) > 0)).toEqual([reason]);
    device.faults.clear();
    await isUp(app, device);
  });

  test.each([500, 403, 'drop', 'truncated', 'garbage'] as const)(
    'now and then is counted and costs no more than that: every seventh %o',
    async (fault) => {
      await using device = await startTplinkDevice({ model: 'p110' });
      const options = { perform_discovery: false, timeout: 60 };
      await using app = await follow([device], { discovery_options: options }, fast());
      await isUp(app, device);
      device.faults.every(7, fault);
      await device.ledger.until(({ exchanges }) => exchanges > 50, 15_000);
      device.faults.clear();
      const counted = await isUp(app, device);
      const { exchanges } = device.ledger;
      await device.ledger.until((ledger) => ledger.exchanges > exchanges + 20);
      const page = await isUp(app, device);
      expect(REASONS.map((each) => errorsOf(page, each))).toEqual(REASONS.map((each) => errorsOf(counted, each)));
      expect(device.ledger.parallel).toBe(0);
      expect(device.ledger.failedLogins).toBe(0);
    },
  );

  test('over XOR is counted and over as well', async () => {
    await using device = await startTplinkDevice({ model: 'hs110' });
    await using app = await follow([device], {}, fast());
    for (const fault of ['drop', 'truncated', 'garbage', 'huge'] as const) {
      await isUp(app, device);
      device.faults.every(1, fault);
      const page = await isDown(app, device);
      expect(page.lines('tapo_power_watts')).toEqual([]);
      device.faults.clear();
    }
    await isUp(app, device);
  });
});
