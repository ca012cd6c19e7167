import type { Clock } from '@device-exporters/retry';
import { type DiscoveredDevice, discover, parseAddress } from '@device-exporters/tplink';
import type { Config } from './config.ts';
import { discoveryIn } from './networks.ts';
import type { Discover } from './plugs.ts';

/**
 * Looks for devices in every network that the configuration names, and asks listed ones as well; finds nobody where that
 * is off. One network that cannot be asked does not keep the others from being asked.
 */
export function discoverIn(
  { discovery, networks, devices }: Pick<Config['kasa'], 'discovery' | 'networks' | 'devices'>,
  clock: Clock,
): Discover {
  const listed = devices.map((address) => parseAddress(address).host);
  const lookIn = (network: string | null, signal: AbortSignal): Promise<readonly DiscoveredDevice[]> => {
    const { hosts = [], ...options } = discoveryIn(network);
    return discover({ ...options, hosts: [...hosts, ...listed], clock, signal });
  };
  return async (signal) => {
    if (!discovery) return [];
    const outcomes = await Promise.allSettled(networks.map((network) => lookIn(network, signal)));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined && outcomes.every(({ status }) => status === 'rejected')) throw failure.reason;
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  };
}
