import { describe, expect, it } from 'vitest';
import { CaptureError, startTplinkDevice, TPLINK_MODELS, type TplinkDevice, withChildren } from '../../src/index.ts';
import { AesClient } from './client/aes-client.ts';
import { KlapClient } from './client/klap-client.ts';
import { askXor } from './client/xor-client.ts';
import { captureNames, readCaptureFile } from './reference.ts';

type Fields = Record<string, unknown>;

/** Asks any device in the language and over the transport it speaks. */
async function ask(device: TplinkDevice, request: object): Promise<Fields> {
  if (device.transport === 'xor') return askXor(device, request);
  if (device.transport === 'aes') {
    using client = await new AesClient(device).handshake();
    for (const version of [1, 2] as const) {
      const isIn = await client.login(device.user, device.password, version).catch(() => undefined);
      if (isIn !== undefined) return await client.ask(request);
      await client.handshake();
    }
  }
  using client = new KlapClient(device, device.transport === 'klap' ? 1 : 2);
  await client.login(device.user, device.password);
  return await client.ask(request);
}

/** Commands of a capture, as requests. */
function requestsOf(capture: Fields, payload: 'iot' | 'smart'): [request: object, expected: unknown][] {
  const { discovery_result: _, child_devices: __, ...rest } = capture;
  if (payload === 'smart') return Object.entries(rest).map(([method, result]) => [{ method }, result]);
  return Object.entries(rest).flatMap(([module, commands]) =>
    Object.entries(commands as Fields)
      .filter(([command]) => command.startsWith('get_'))
      .map(([command, reply]): [object, unknown] => [{ [module]: { [command]: {} } }, reply]),
  );
}

describe.skipIf(captureNames.length === 0)('captures of real devices', () => {
  it.each(captureNames)('are served reply by reply: %s', async (name) => {
    const capture = readCaptureFile(name) as Fields;
    await using device = await startTplinkDevice({ capture, session: { single: false }, smart: { pageSize: 100 } });
    const requests = requestsOf(capture, device.payload);
    expect(requests.length).toBeGreaterThan(0);
    for (const [request, expected] of requests) {
      const answer = await ask(device, request);
      if (device.payload === 'iot') expect(Object.values(answer)[0]).toBeDefined();
      else if (typeof expected === 'number') expect(answer).toEqual({ error_code: expected });
      else expect(Object.keys(answer['result'] ?? {})).toEqual(Object.keys(expected ?? {}));
    }
    expect(device.ledger.violations).toEqual([]);
    expect(JSON.stringify(await ask(device, requestsOf(capture, device.payload)[0]![0]))).not.toContain('SCRUBBED');
  });

  it('of children are served by a hub', async () => {
    const names = captureNames.filter((name) => name.startsWith('smart-child'));
    const hub = readCaptureFile(captureNames.find((name) => name.includes('H100'))!);
    const capture = withChildren(hub, names.map(readCaptureFile));
    await using device = await startTplinkDevice({ capture, transport: 'klap2' });
    const { result } = await ask(device, { method: 'get_child_device_list' });
    const models = (result as { child_device_list: { model: string }[] }).child_device_list.map(({ model }) => model);
    expect(models).toEqual(['KE100', 'T110', 'T310', 'T315']);
    const logs = await ask(device, {
      method: 'control_child',
      params: { device_id: device.childIds[2], requestData: { method: 'get_trigger_logs' } },
    });
    expect(logs).toMatchObject({ result: { responseData: { error_code: 0 } } });
  });

  it('of a strip give every outlet the meter that was captured, at rest where it is off', async () => {
    const capture = readCaptureFile('iot__HS300_US_2.0_1.1.2-new-klap.json');
    await using device = await startTplinkDevice({ capture });
    expect(device.transport).toBe('klap2');
    const meter = async (index: number) =>
      ask(device, { context: { child_ids: [device.childIds[index]] }, emeter: { get_realtime: {} } });
    expect(await meter(1)).toMatchObject({ emeter: { get_realtime: { slot_id: 1, power_mw: 9021 } } });
    expect(await meter(5)).toMatchObject({ emeter: { get_realtime: { slot_id: 5, power_mw: 0, current_ma: 0 } } });
  });
});

describe('our own captures', () => {
  it.each(TPLINK_MODELS)('are complete enough to say who they are: %s', async (model) => {
    await using device = await startTplinkDevice({ model, serial: 7 });
    expect(device.deviceId).toMatch(/^80[0-9A-F]{38}$/);
    expect(device.mac).toMatch(/^02[0-9A-F]{10}$/);
    expect(device.alias).toBe(`${device.model} 7`);
    await using twin = await startTplinkDevice({ model, serial: 7 });
    expect([twin.deviceId, twin.mac]).toEqual([device.deviceId, device.mac]);
    await using other = await startTplinkDevice({ model, serial: 8 });
    expect(other.deviceId).not.toBe(device.deviceId);
  });

  it('take names, ids and addresses from outside', async () => {
    const deviceId = 'A'.repeat(40);
    await using plug = await startTplinkDevice({
      deviceId,
      mac: '02-00-5E-00-53-01',
      alias: 'Wärmepumpe ☀',
      host: '127.4.4.4',
    });
    expect(await ask(plug, { method: 'get_device_info' })).toMatchObject({
      result: {
        ...{ device_id: deviceId, mac: '02-00-5E-00-53-01', ip: '127.4.4.4' },
        nickname: Buffer.from('Wärmepumpe ☀').toString('base64'),
      },
    });
  });

  it.each([{}, { system: {} }, { get_device_info: 7 }])('are none without saying who they are: %j', async (capture) => {
    await expect(startTplinkDevice({ capture })).rejects.toThrow(CaptureError);
  });

  it('are served over transports that carry them, on loopback', async () => {
    const refused = [
      [{ model: 'p110', transport: 'xor' }, 'xor carries iot, found a capture of smart'],
      [{ model: 'hs110', transport: 'tpap' }, 'tpap carries smart'],
      [{ model: 'hs110', alsoSpeaks: ['aes'] }, 'aes carries smart'],
      [{ host: '0.0.0.0' }, 'expected 127.x.y.z, ::1 or localhost'],
      [{ host: '192.0.2.1' }, 'found 192.0.2.1'],
      [{ host: '127.evil.example' }, 'found 127.evil.example'],
    ] as const;
    for (const [options, message] of refused) await expect(startTplinkDevice(options)).rejects.toThrow(message);
  });

  it('say when a port is taken', async () => {
    await using first = await startTplinkDevice();
    const { httpPort, discoveryPort } = first;
    await expect(startTplinkDevice({ httpPort })).rejects.toThrow(`cannot listen on 127.0.0.1 port ${httpPort}`);
    await expect(startTplinkDevice({ discoveryPort })).rejects.toThrow(`UDP port ${discoveryPort}`);
  });
});
