import type { DiscoveryOptions } from '@device-exporters/tplink';

const EVERYBODY = '255.255.255.255';
const DISCOVERY_MS = 5_000;
const PACKETS = 3;

/** Networks up to this size are asked address by address, as few routers pass a broadcast on. */
const MOST_ADDRESSES = 4_096;

/** Who is asked in a network. @param network CIDR, null for the networks that this machine is in */
export function discoveryIn(
  network: string | null,
): Pick<DiscoveryOptions, 'target' | 'hosts' | 'packets' | 'timeoutMs'> {
  const timing = { packets: PACKETS, timeoutMs: DISCOVERY_MS };
  if (network === null) return { ...timing, target: EVERYBODY };
  const { first, size } = rangeOf(network);
  const last = first + size - 1;
  if (size > MOST_ADDRESSES) return { ...timing, target: textOf(last) };
  // Networks of one or two have no broadcast address.
  const hosts = size <= 2 ? numbers(first, last) : numbers(first + 1, last - 1);
  return { ...timing, target: textOf(last), hosts: hosts.map(textOf) };
}

function rangeOf(network: string): { first: number; size: number } {
  const [address = '', bits] = network.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first: number - (number % size), size };
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
