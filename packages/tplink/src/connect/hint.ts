import type { Payload, Protocol } from '../transport.ts';

/** How to reach a device, as its answer to discovery tells it. A firmware update can make it wrong. */
export interface ConnectionHint {
  readonly protocol: Protocol;
  readonly payload: Payload;
  readonly port: number;
  readonly isHttps: boolean;
  /** AES login: 1 or 2. */
  readonly loginVersion: 1 | 2;
}
