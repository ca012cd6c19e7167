import { UsageError } from '../cli/command-line.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `[::1]:port` or `:port` (every address of the machine).
 *
 * @throws {UsageError}
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65535) {
    throw new UsageError(`not an address to listen on: ${text} (expected host:port, [::1]:port or :port)`);
  }
  return { host: match.groups?.['v6'] ?? (match.groups?.['name'] || '::'), port };
}

/** `127.0.0.1:9504`, `[::1]:9504`. */
export function addressText({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The address under which a program on the same machine reaches this one. */
export function loopbackOf({ host, port }: ListenAddress): ListenAddress {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port };
  return { host: host === '::' ? '::1' : host, port };
}
