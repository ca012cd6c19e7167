import type { ConnectionHint } from '../connect/hint.ts';
import type { DiscoveredDevice } from '../discovery/reply.ts';

/** Where a device is and how it is spoken to, as far as somebody knows. */
export interface Whereabouts {
  /** `host`, `host:port`, `xor://host` … */
  readonly address: string;
  /** From discovery. */
  readonly hint: ConnectionHint | undefined;
}

/** Where a device is that has answered. */
export function whereaboutsOf({ host, hint }: DiscoveredDevice): Whereabouts {
  const authority = host.includes(':') ? `[${host}]` : host;
  return { address: `${authority}:${hint.port}`, hint };
}

/** Whether both lead to the same conversation. */
export function isSamePlace(a: Whereabouts, b: Whereabouts): boolean {
  return a.address === b.address && a.hint?.protocol === b.hint?.protocol && a.hint?.payload === b.hint?.payload;
}
