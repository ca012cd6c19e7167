import { systemClock } from '@device-exporters/retry';
import { startTplinkDevice, type TplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { connectTo, createPolledDevice, type Snapshot } from '../src/index.ts';

const never = new AbortController().signal;

async function snapshotOf(device: TplinkDevice): Promise<Snapshot> {
  const ports = { xor: device.xorPort, http: device.httpPort, https: device.httpPort };
  const credentials = { username: device.user, password: device.password };
  const connection = connectTo({ address: device.host }, { credentials, ports });
  try {
    return await createPolledDevice(await connection.open(never), { clock: systemClock }).poll(never);
  } finally {
    connection.close();
  }
}

async function read(options: TplinkOptions): Promise<Snapshot> {
  await using device = await startTplinkDevice({ moving: false, ...options });
  const snapshot = await snapshotOf(device);
  expect(device.ledger.violations).toEqual([]);
  expect(device.ledger.parallel).toBe(0);
  return snapshot;
}

test('a list in pages of two is read to its end', async () => {
  const { children } = await read({ model: 'p304m', smart: { pageSize: 2 } });
  expect(children).toHaveLength(4);
  expect(new Set(children.map(({ identity }) => identity.childId)).size).toBe(4);
});

test.each(['refused', 'stop-on-error'] as const)(
  'batches that are %s make no difference to what is read',
  async (batches) => {
    for (const model of ['p110', 'p304m'] as const) {
      expect(await read({ model, smart: { batches } })).toEqual(await read({ model }));
    }
  },
);

test('outlets whose ids are short have the long ones all the same', async () => {
  const { device, children } = await read({ model: 'hs300', iot: { shortChildIds: true } });
  expect(children.length).toBeGreaterThan(0);
  for (const { identity } of children) expect(identity.childId.startsWith(device.identity.deviceId)).toBe(true);
});

test('an old device that answers for its first module only is asked for the others', async () => {
  const [partly, wholly] = [
    await read({ model: 'hs110', iot: { firstModuleOnly: true } }),
    await read({ model: 'hs110' }),
  ];
  expect(partly).toEqual(wholly);
  expect(wholly.device.measurements.powerWatts).toBeGreaterThan(0);
});

test('a plug without its clock is read but for its energy', async () => {
  await using device = await startTplinkDevice({ moving: false });
  device.faults.loseClock();
  const { measurements } = (await snapshotOf(device)).device;
  expect(measurements.isRelayOn).toBe(true);
  expect(measurements.energyTodayJoules).toBeUndefined();
});

test('what moves is told anew', async () => {
  await using device = await startTplinkDevice({ moving: false });
  for (const milliwatts of [5_000, 6_500]) {
    device.setValue('get_energy_usage.current_power', milliwatts);
    device.setValue('get_emeter_data.power_mw', milliwatts);
    expect((await snapshotOf(device)).device.measurements.powerWatts).toBe(milliwatts / 1_000);
  }
});
