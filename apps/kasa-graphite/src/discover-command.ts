import { type AppCommand, textTable } from '@device-exporters/exporter';
import { foldSegment } from '@device-exporters/graphite';
import type { Clock } from '@device-exporters/retry';
import { DeviceReader, faultReasonOf, parseAddress, type Whereabouts, whereaboutsOf } from '@device-exporters/tplink';
import { accountOf } from './account.ts';
import type { Config } from './config.ts';
import { discoverIn } from './discovery.ts';
import { leafValues } from './metrics.ts';

/** `kasa-graphite --discover`: what is there, and what it would be called. */
export function discoverCommand(clock: Clock): AppCommand<Config> {
  return {
    name: 'discover',
    isSwitch: true,
    doc: 'Print the devices that are found or listed, and end: with 0 if one answers, else 1.',
    async run({ config, signal, print }) {
      const found = await discoverIn(config.kasa, clock)(signal);
      const listed = config.kasa.devices.filter(
        (address) => !found.some(({ host }) => host === parseAddress(address).host),
      );
      const targets = [
        ...found.map((device) => ({ whereabouts: whereaboutsOf(device), model: device.model })),
        ...listed.map((address) => ({ whereabouts: { address, hint: undefined }, model: '' })),
      ];
      if (targets.length === 0) {
        print('No device answers. Broadcasts stay within one network: name networks or addresses.\n');
        return 1;
      }
      const rows = await Promise.all(targets.map((target) => rowsOf(target, config, clock, signal)));
      print(textTable([['address', 'model', 'name', 'in paths', 'protocol', 'power', 'state'], ...rows.flat()]));
      return rows.flat().some((row) => row.at(-1) === 'ok') ? 0 : 1;
    },
  };
}

async function rowsOf(
  { whereabouts, model }: { readonly whereabouts: Whereabouts; readonly model: string },
  config: Config,
  clock: Clock,
  signal: AbortSignal,
): Promise<string[][]> {
  const exchangeTimeoutMs = config.kasa.timeout_seconds * 1000;
  const reader = new DeviceReader({ whereabouts, account: () => accountOf(config), exchangeTimeoutMs, clock });
  try {
    const { snapshot, protocol } = await reader.read(signal);
    return [snapshot.device, ...snapshot.children].map(({ identity, measurements }, index) => {
      const watts = measurements.powerWatts;
      const path = index === 0 ? identity.alias : `${snapshot.device.identity.alias} ${identity.alias || index}`;
      return [
        index === 0 ? whereabouts.address : '',
        identity.model,
        identity.alias,
        leafValues(measurements).length > 0 ? foldSegment(path) || foldSegment(identity.deviceId) : '',
        index === 0 ? protocol : '',
        watts === undefined ? '' : `${watts} W`,
        index === 0 ? 'ok' : '',
      ];
    });
  } catch (error) {
    signal.throwIfAborted();
    const protocol = whereabouts.hint?.protocol ?? '';
    return [[whereabouts.address, model, '', '', protocol, '', faultReasonOf(error)]];
  } finally {
    reader.close();
  }
}
