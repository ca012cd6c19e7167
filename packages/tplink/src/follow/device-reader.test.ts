import { systemClock } from '@device-exporters/retry';
import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import type { Credentials } from '../credentials.ts';
import { DeviceReader, faultReasonOf } from './device-reader.ts';

const never = new AbortController().signal;

function addressOf({ host, httpPort }: TplinkDevice): string {
  return `http://${host}:${httpPort}`;
}

function read(device: TplinkDevice, account: () => Credentials | undefined): DeviceReader {
  const whereabouts = { address: addressOf(device), hint: undefined };
  return new DeviceReader({ whereabouts, account, clock: systemClock });
}

async function faultOf(reader: DeviceReader, signal = never): Promise<unknown> {
  return reader.read(signal).then(
    () => 'none',
    (error: unknown) => error,
  );
}

describe('a device that is read again and again', () => {
  test('says what it is, and in which language', async () => {
    await using device = await startTplinkDevice({ model: 'p100' });
    const reader = read(device, () => ({ username: device.user, password: device.password }));
    const { snapshot, protocol } = await reader.read(never);
    expect([snapshot.device.identity.deviceId, protocol]).toEqual([device.deviceId, 'aes']);
    expect(reader.restMs).toBe(0);
    reader.close();
  });

  test('is left alone for longer the longer it fails, and no more once it answers', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const reader = read(device, () => ({ username: device.user, password: device.password }));
    await device.faults.unplug();
    const rests: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(faultReasonOf(await faultOf(reader))).toBe('refused');
      rests.push(reader.restMs);
    }
    expect(rests).toEqual(rests.toSorted((a, b) => a - b));
    expect(rests[0]).toBeGreaterThan(0);
    await device.faults.plugIn();
    expect((await reader.read(never)).snapshot.device.identity.deviceId).toBe(device.deviceId);
    expect(reader.restMs).toBe(0);
    reader.close();
  });

  test('that refuses the login is left alone for more than a minute, and asked with the password of then', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    let password = 'wrong';
    const reader = read(device, () => ({ username: device.user, password }));
    expect(faultReasonOf(await faultOf(reader))).toBe('auth');
    expect(reader.restMs).toBeGreaterThan(60_000);
    password = device.password;
    expect(await faultOf(reader)).toBe('none');
    reader.close();
  });

  test('that moves while it is read is not left alone for that', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const reader = read(device, () => ({ username: device.user, password: device.password }));
    device.faults.goSilent();
    const outcome = faultOf(reader);
    await device.ledger.until(({ connectionsOpen }) => connectionsOpen > 0);
    reader.moveTo({ address: addressOf(device), hint: undefined });
    device.faults.speakAgain();
    expect(await outcome).not.toBe('none');
    expect(reader.restMs).toBe(0);
    expect(await faultOf(reader)).toBe('none');
    reader.close();
  });

  test('is cut off when the signal fires, which is no fault of its', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    device.faults.goSilent();
    const reader = read(device, () => ({ username: device.user, password: device.password }));
    const stopping = new AbortController();
    const outcome = faultOf(reader, stopping.signal);
    stopping.abort(new Error('stopping'));
    expect(await outcome).toEqual(new Error('stopping'));
    expect(reader.restMs).toBe(0);
    reader.close();
  });
});
