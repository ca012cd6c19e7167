import type { ConnectionOptions } from 'node:tls';

/** Where and how a Miniserver is spoken to. */
export interface Endpoint {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly tls: Pick<ConnectionOptions, 'rejectUnauthorized' | 'ca'>;
}

/** `http://192.0.2.10:80/jdev/cfg/apiKey`, `wss://[2001:db8::1]:443/ws/rfc6455`. */
export function urlOf({ host, port, isTls }: Endpoint, scheme: 'http' | 'ws', path: string): string {
  const authority = host.includes(':') ? `[${host}]` : host;
  return `${scheme}${isTls ? 's' : ''}://${authority}:${port}${path}`;
}
