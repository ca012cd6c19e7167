import { loginDeviceByIp } from 'tp-link-tapo-connect/dist/klap-transport.js';
import { Client } from 'tplink-smarthome-api';
import { describe, expect, test } from 'vitest';
import { createKlapTransport } from '../src/klap/klap-transport.ts';
import { createXorTransport } from '../src/xor/xor-transport.ts';
import { httpDevice } from './devices/http-device.ts';
import { KlapDevice } from './devices/klap-device.ts';
import { xorDevice, xorFrame } from './devices/xor-device.ts';

const { signal } = new AbortController();
const SYSINFO = { alias: 'Küche', model: 'HS110(EU)', deviceId: '8006', err_code: 0 };
const ACCOUNT = { username: 'user@example.com', password: 'S3cret!pass' };

describe('independent clients and ours read the same', () => {
  test('from a legacy device: tplink-smarthome-api', async () => {
    const { port } = await xorDevice((_, socket) =>
      socket.write(xorFrame(JSON.stringify({ system: { get_sysinfo: SYSINFO } }))),
    );
    const ours = await createXorTransport({ host: '127.0.0.1', port }).exchange(
      '{"system":{"get_sysinfo":{}}}',
      signal,
    );
    const theirs = await new Client().getSysInfo('127.0.0.1', port);
    expect(theirs).toEqual(SYSINFO);
    expect(JSON.parse(ours)).toEqual({ system: { get_sysinfo: theirs } });
  });

  test('from a KLAP device: tp-link-tapo-connect', async () => {
    const info = { device_id: '8022', model: 'P110', nickname: 'S8O8Y2hl', ssid: 'TEFO' };
    const device = new KlapDevice({
      timeout: 1_440,
      ...ACCOUNT,
      answer: () => JSON.stringify({ error_code: 0, result: info }),
    });
    const { port } = await httpDevice(device.handle);
    const theirs = await loginDeviceByIp(ACCOUNT.username, ACCOUNT.password, `127.0.0.1:${port}`);
    expect(await theirs.getDeviceInfo()).toMatchObject({ device_id: '8022', model: 'P110' });
    const transport = createKlapTransport({ host: '127.0.0.1', port, credentials: ACCOUNT });
    expect(JSON.parse(await transport.exchange('{"method":"get_device_info"}', signal)).result).toEqual(info);
  });
});
