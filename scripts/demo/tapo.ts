import { startTplinkDemo, type TplinkDevice } from '@device-exporters/simulators';
import { type DemoApp, reading } from './demo-app.ts';

/** One device of every kind; on free ports of one address, as not every system has more than one on loopback. */
export const tapo: DemoApp = {
  app: 'tapo-exporter',
  port: 8090,
  devices: 'eight TP-Link devices: XOR, KLAP, AES and TPAP',
  async start() {
    const devices = await startTplinkDemo({ host: '127.0.0.1' });
    const [first] = devices;
    return {
      config: {
        tapo_username: first?.user,
        tapo_password: first?.password,
        exporters: {
          // What is on the network of whoever tries this is none of the demo's business.
          tapo: { devices: devices.map(addressOf), discovery_options: { perform_discovery: false } },
        },
      },
      stop: async () => {
        await Promise.all(devices.map((device) => device.stop()));
      },
    };
  },
  readings(page) {
    const of = (alias: string, name: string) => {
      const { device_id = '', child_id = '' } = page.lines('tapo_device_info', { alias })[0]?.labels ?? {};
      return page.value(name, { device_id, child_id });
    };
    return [
      reading('fridge', of('Fridge', 'tapo_power_watts'), 'W'),
      reading('washing machine', of('Washing machine', 'tapo_power_watts'), 'W'),
      reading('heat pump', of('Heat pump', 'tapo_power_watts'), 'W'),
      ['sensors on the hub', String(page.lines('tapo_child_online').length)],
    ];
  },
};

/** How a listed device is written. */
export function addressOf({ transport, host, httpPort, xorPort }: TplinkDevice): string {
  return transport === 'xor' ? `xor://${host}:${xorPort}` : `http://${host}:${httpPort}`;
}
