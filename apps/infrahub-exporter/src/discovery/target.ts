import { isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * What Prometheus takes for a target: `192.0.2.1:161`, `[2001:db8::1]:161`, `host:9100`; without a port, the bare address.
 *
 * The prefix length of an address is cut, as Prometheus refuses a target with a slash. An address with a scheme is left
 * alone: relabelling makes a parameter of it.
 *
 * @param value of the target field
 * @param port of the port field, empty where there is none
 * @returns undefined when there is no usable target
 */
export function targetOf(value: string, port: string, defaultPort: number | null): string | undefined {
  const host = withoutPrefixLength(value.trim());
  if (host === '' || NO_HOST.test(host)) return undefined;
  if (host.includes('://')) return host;
  if (port === '' && defaultPort === null) return host;
  if (hasPort(host)) return host;
  if (port !== '' && !isPort(port)) return undefined;
  const name = isIPv6(host.replace(/%.*$/, '')) ? `[${host}]` : host;
  return `${name}:${port === '' ? String(defaultPort) : port}`;
}

/** What no target can have, wherever it is used. */
const NO_HOST = /\p{Cc}/u;

/** The address of `192.0.2.1/24`, which Infrahub may write `192.0.2.1/255.255.255.0` too. */
function withoutPrefixLength(value: string): string {
  const [address = '', length = '', ...more] = value.split('/');
  const isLength = /^\d{1,3}$/.test(length) || isIP(length) !== 0;
  return isIP(address) !== 0 && isLength && more.length === 0 ? address : value;
}

function hasPort(host: string): boolean {
  if (isIPv4(host) || isIPv6(host)) return false;
  return /^(\[[^\]]+\]|[^:[\]]+):\d+$/.test(host);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
