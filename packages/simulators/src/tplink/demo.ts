import { TPLINK_MODELS, type TplinkModel } from './models/models.ts';
import type { TplinkOptions } from './options.ts';
import { startTplinkDevice, type TplinkDevice } from './start-tplink-device.ts';

/** What the devices of a demo have in common. */
export type TplinkDemoOptions = Pick<
  TplinkOptions,
  'host' | 'httpPort' | 'xorPort' | 'discoveryPort' | 'user' | 'password' | 'clock'
>;

const NAMES: Readonly<Record<TplinkModel, string>> = {
  p110: 'Fridge',
  p100: 'Hall lamp',
  hs110: 'Washing machine',
  p304m: 'Desk',
  h100: 'Hub',
  l530: 'Reading lamp',
  tpap: 'Heat pump',
  hs300: 'Workshop',
};

/**
 * Starts one device of every model. With ports that are given they sit side by side, from `host` (127.0.20.1) on, all on
 * the same ports as in a real network; with free ports all sit at the one address.
 *
 * @throws TplinkListenError when a port cannot be had; those already started are stopped
 */
export async function startTplinkDemo(options: TplinkDemoOptions = {}): Promise<TplinkDevice[]> {
  const { host = '127.0.20.1', httpPort = 0, xorPort = 0, discoveryPort = 0 } = options;
  const isSideBySide = httpPort + xorPort + discoveryPort > 0;
  const devices: TplinkDevice[] = [];
  try {
    for (const [index, model] of TPLINK_MODELS.entries()) {
      const address = isSideBySide ? neighbour(host, index) : host;
      devices.push(
        await startTplinkDevice({ ...options, model, host: address, alias: NAMES[model], serial: index + 1 }),
      );
    }
    return devices;
  } catch (error) {
    await Promise.all(devices.map((device) => device.stop()));
    throw error;
  }
}

/** The address so many places further on; one that is no IPv4 address has no neighbours. */
function neighbour(host: string, places: number): string {
  const [, network, last] = host.match(/^(\d+\.\d+\.\d+)\.(\d+)$/) ?? [];
  return network === undefined ? host : `${network}.${Number(last) + places}`;
}
