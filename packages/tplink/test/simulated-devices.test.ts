import { startTplinkDemo, startTplinkDevice, TPLINK_MODELS, type TplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { type Connection, connectTo, DeviceError, FAULT_REASONS } from '../src/index.ts';

const never = new AbortController().signal;
const REQUESTS = { iot: '{"system":{"get_sysinfo":{}}}', smart: '{"method":"get_device_info"}' } as const;

function connect(device: TplinkDevice, password = device.password): Connection {
  const ports = { xor: device.xorPort, http: device.httpPort, https: device.httpPort };
  return connectTo({ address: device.host }, { credentials: { username: device.user, password }, ports });
}

async function infoOf(connection: Connection): Promise<string> {
  const { transport, payload } = await connection.open(never);
  return transport.exchange(REQUESTS[payload], never);
}

/** Why there is no answer. */
async function reasonOf(connection: Connection): Promise<string> {
  const error: unknown = await infoOf(connection).catch((cause: unknown) => cause);
  if (!(error instanceof DeviceError)) throw new Error('answered, or failed otherwise', { cause: error });
  expect(FAULT_REASONS).toContain(error.reason);
  return error.reason;
}

describe('a device of which only the address is known', () => {
  test('is understood, whichever of its languages it speaks', async () => {
    const devices = await startTplinkDemo();
    try {
      const spoken = await Promise.all(
        devices.map(async (device) => {
          const connection = connect(device);
          const info = await infoOf(connection);
          expect(info).toContain(device.deviceId);
          const { transport } = await connection.open(never);
          connection.close();
          return [device.transport, transport.protocol];
        }),
      );
      expect(spoken).toHaveLength(TPLINK_MODELS.length);
      for (const [theirs, ours] of spoken) expect(ours).toBe(theirs);
      expect(new Set(spoken.map(([theirs]) => theirs))).toEqual(new Set(['xor', 'klap2', 'aes', 'tpap']));
    } finally {
      await Promise.all(devices.map((device) => device.stop()));
    }
  });

  test.each(['klap2', 'aes', 'tpap'] as const)('is asked again after its session has ended: %s', async (transport) => {
    await using device = await startTplinkDevice({ transport });
    const connection = connect(device);
    await infoOf(connection);
    device.faults.expireSessions();
    expect(await infoOf(connection)).toContain(device.deviceId);
    connection.close();
  });

  test.each(['klap2', 'aes', 'tpap'] as const)('refuses a wrong password: %s', async (transport) => {
    await using device = await startTplinkDevice({ transport });
    const connection = connect(device, 'wrong');
    expect(await reasonOf(connection)).toBe('auth');
    connection.close();
  });

  test.each(['klap2', 'aes'] as const)('may call its cookie by another name: %s', async (transport) => {
    await using device = await startTplinkDevice({ transport, http: { cookieName: 'SESSIONID' } });
    const connection = connect(device);
    expect(await infoOf(connection)).toContain(device.deviceId);
    connection.close();
  });

  test('says that third-party access is off', async () => {
    await using device = await startTplinkDevice({ transport: 'klap2' });
    device.faults.thirdPartyOff();
    const connection = connect(device);
    expect(await reasonOf(connection)).toBe('third_party_disabled');
    connection.close();
  });

  test('is found again after a firmware that speaks another language', async () => {
    await using device = await startTplinkDevice({ model: 'p100' });
    const connection = connect(device);
    await infoOf(connection);
    await device.faults.installFirmware('klap2');
    const answers: string[] = [];
    for (let attempt = 0; attempt < 5 && !answers.at(-1)?.includes(device.deviceId); attempt++) {
      answers.push(await infoOf(connection).catch(String));
    }
    expect(answers.at(-1)).toContain(device.deviceId);
    expect((await connection.open(never)).transport.protocol).toBe('klap2');
    connection.close();
  });
});
