import type { SmartOptions } from '../payload/smart.ts';
import type { TplinkTransport } from '../transport.ts';

/** A device of our own making: a capture in the shared format, and how such a device behaves. */
export interface Preset {
  readonly capture: object;
  readonly transport: TplinkTransport;
  readonly http?: { readonly closeAfterReply: boolean };
  readonly smart?: SmartOptions;
}
