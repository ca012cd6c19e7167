import type { SimulatedDevice } from './device.ts';
import { infrahubDevice } from './infrahub/infrahub-device.ts';
import { loxoneDevice } from './loxone/loxone-device.ts';
import { tplinkDevice } from './tplink/tplink-device.ts';

/** Every device that `simulate <device>` knows. */
export const devices: readonly SimulatedDevice[] = [loxoneDevice, tplinkDevice, infrahubDevice];
