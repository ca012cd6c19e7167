import type { DiscoveryOptions } from '@device-exporters/tplink';
import { DISCOVERY_PORTS, parseAddress } from '@device-exporters/tplink';
import type { TapoConfig } from './config.ts';

/** How the configuration wants devices to be looked for. */
export function discoveryOptionsOf({
  devices,
  discovery_options: options,
}: TapoConfig): Omit<DiscoveryOptions, 'clock' | 'signal'> {
  const { target, discovery_packets, discovery_timeout, port, interface: name } = options;
  return {
    target,
    packets: discovery_packets,
    timeoutMs: discovery_timeout * 1000,
    // Listed devices are asked as well: a broadcast does not reach every network that they are in.
    hosts: devices.map((address) => parseAddress(address).host),
    ...(port !== null && { ports: { ...DISCOVERY_PORTS, xor: port } }),
    ...(name !== null && { interface: name }),
  };
}
