import { isIPv6 } from 'node:net';

/** A text that names no device. */
export class InvalidAddressError extends Error {}

/** Where a device is, as somebody has written it. */
export interface DeviceAddress {
  readonly host: string;
  /** Undefined: to be found out. */
  readonly scheme: 'xor' | 'http' | 'https' | undefined;
  /** Undefined: the protocol's own. */
  readonly port: number | undefined;
}

const ADDRESS = /^(?:(xor|http|https):\/\/)?(?:\[([\da-f:.%a-z]+)\]|([^\s:/[\]@?#]+))(?::(\d{1,5}))?\/?$/i;

/**
 * Reads `host`, `host:port`, `xor://host`, `http://host:port` and `https://host`; an IPv6 address stands in brackets when
 * a port follows.
 *
 * @throws {InvalidAddressError} when it is none of these
 */
export function parseAddress(text: string): DeviceAddress {
  if (isIPv6(text)) return { host: text, scheme: undefined, port: undefined };
  const [, scheme, bracketed, name, portText] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = portText === undefined ? undefined : Number(portText);
  if (host === undefined || port === 0 || (port ?? 0) > 65_535) {
    throw new InvalidAddressError(`address of a device: expected host, host:port or xor://host, found "${text}"`);
  }
  return { host, scheme: schemeOf(scheme), port };
}

function schemeOf(text: string | undefined): DeviceAddress['scheme'] {
  const scheme = text?.toLowerCase();
  return scheme === 'xor' || scheme === 'http' || scheme === 'https' ? scheme : undefined;
}
