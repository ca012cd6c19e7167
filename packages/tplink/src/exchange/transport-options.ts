import type { Clock } from '@device-exporters/retry';
import type { Credentials } from '../credentials.ts';

/** Where random bytes come from: `randomBytes` of `node:crypto`, or what a test replays. */
export type RandomBytes = (count: number) => Uint8Array;

/** What every transport is made from. */
export interface TransportOptions {
  /** Name or address of the device. */
  readonly host: string;

  /** Default: the protocol's own. */
  readonly port?: number | undefined;

  /** Milliseconds for one exchange on the wire, connecting included. Default {@link DEFAULT_TIMEOUT_MS}. */
  readonly timeoutMs?: number | undefined;

  /** Default: the real time. */
  readonly clock?: Clock | undefined;
}

/** What transports are made from that log in. */
export interface AccountTransportOptions extends TransportOptions {
  /** TLS, with a certificate that nobody can check. Default false. */
  readonly isHttps?: boolean | undefined;

  /** Default: none; devices that were never bound to an account can be read without. */
  readonly credentials?: Credentials | undefined;

  /** Default: that of `node:crypto`. */
  readonly randomBytes?: RandomBytes | undefined;
}

/** Devices on Wi-Fi answer in a fraction of a second, or not at all. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** `host:port`, for messages. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
