import { loginDeviceByIp } from 'tp-link-tapo-connect/dist/klap-transport.js';
import { Client, type Plug } from 'tplink-smarthome-api';
import { describe, expect, it } from 'vitest';
import { startTplinkDevice } from '../../src/index.ts';

describe('tplink-smarthome-api', () => {
  it('reads an XOR plug over TCP and UDP', async () => {
    await using device = await startTplinkDevice({ model: 'hs110', alias: 'Dryer', moving: false });
    const client = new Client({ defaultSendOptions: { timeout: 2000 } });
    const plug = (await client.getDevice({ host: device.host, port: device.xorPort })) as Plug;
    expect([plug.alias, plug.deviceId, plug.model, plug.supportsEmeter]).toEqual([
      'Dryer',
      device.deviceId,
      'HS110(EU)',
      true,
    ]);
    expect(await plug.emeter.getRealtime()).toMatchObject({
      power: 61.2,
      voltage: 229.8,
      total: 16.32,
      power_mw: 61_200,
    });
    const overUdp = await client.getSysInfo(device.host, device.xorPort, { transport: 'udp' });
    expect(overUdp.alias).toBe('Dryer');
    plug.closeConnection();
    expect(device.ledger.violations).toEqual([]);
  });

  it('reads every outlet of an XOR strip', async () => {
    await using device = await startTplinkDevice({ model: 'hs300', transport: 'xor', moving: false });
    const client = new Client({ defaultSendOptions: { timeout: 2000 } });
    const powers: unknown[] = [];
    for (const childId of device.childIds) {
      const outlet = (await client.getDevice({ host: device.host, port: device.xorPort, childId })) as Plug;
      const { power } = (await outlet.emeter.getRealtime()) as { readonly power: number };
      powers.push(power);
      outlet.closeConnection();
    }
    expect(powers).toEqual([3, 6, 9, 12, 15, 0]);
  });

  it('finds it by broadcast', async () => {
    await using device = await startTplinkDevice({ model: 'hs110', host: '127.5.6.7' });
    const client = new Client();
    const found = await new Promise<{ readonly host: string }>((resolve) => {
      client.on('device-new', resolve);
      client.startDiscovery({
        broadcast: '127.255.255.255',
        address: '127.0.0.1',
        devices: [{ host: device.host, port: device.xorPort }],
      });
    });
    client.stopDiscovery();
    expect(found.host).toBe('127.5.6.7');
  });
});

describe('tp-link-tapo-connect', () => {
  it('logs in to a KLAP v2 plug and reads it', async () => {
    await using device = await startTplinkDevice({ alias: 'Boiler', moving: false });
    const address = `${device.host}:${device.httpPort}`;
    const plug = await loginDeviceByIp(device.user, device.password, address);
    const info = await plug.getDeviceInfo();
    expect([info.nickname, info.model, info.device_on]).toEqual(['Boiler', 'P110', true]);
    expect(await plug.getEnergyUsage()).toMatchObject({ current_power: 42_500 });
    await expect(loginDeviceByIp(device.user, 'wrong', address)).rejects.toThrow('email or password incorrect');
    expect(device.ledger.violations).toEqual([]);
  });

  it('reads the children of a hub', async () => {
    await using device = await startTplinkDevice({ model: 'h100', moving: false });
    const hub = await loginDeviceByIp(device.user, device.password, `${device.host}:${device.httpPort}`);
    expect(await hub.getChildDevicesInfo()).toMatchObject([{ current_temp: 21.4 }, {}, {}, {}, { target_temp: 21 }]);
  });
});
