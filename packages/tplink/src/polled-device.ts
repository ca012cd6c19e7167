import type { Clock } from '@device-exporters/retry';
import type { Link } from './connect/way.ts';
import { createIotDevice } from './iot/iot-device.ts';
import type { PolledDevice } from './reading.ts';
import { createSmartDevice } from './smart/smart-device.ts';

/** A device to be read over a link, in the language that it speaks there. */
export function createPolledDevice({ transport, payload }: Link, deps: { readonly clock: Clock }): PolledDevice {
  return payload === 'iot' ? createIotDevice(transport, deps) : createSmartDevice(transport, deps);
}
