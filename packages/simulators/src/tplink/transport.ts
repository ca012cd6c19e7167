import type { PayloadKind } from './capture/capture.ts';

/**
 * The language below the payload. `klap` is KLAP v1, `klap2` v2; an IOT capture over `klap2` is the hybrid of the newest
 * Kasa firmware (PROTOCOLS §1).
 */
export type TplinkTransport = 'xor' | 'klap' | 'klap2' | 'aes' | 'tpap';

/** Which payload goes over which transport (PROTOCOLS §1). */
const CARRIES: Readonly<Record<TplinkTransport, readonly PayloadKind[]>> = {
  xor: ['iot'],
  klap: ['iot'],
  klap2: ['iot', 'smart'],
  aes: ['smart'],
  tpap: ['smart'],
};

/** A transport that does not carry what the device says. */
export class TransportError extends Error {}

/** @throws TransportError when no device sends that payload over that transport */
export function checkTransport(transport: TplinkTransport, kind: PayloadKind): void {
  const carried = CARRIES[transport];
  if (carried.includes(kind)) return;
  throw new TransportError(`transport: ${transport} carries ${carried.join(' and ')}, found a capture of ${kind}`);
}
