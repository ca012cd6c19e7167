import type { SimulatedDevice } from './device.ts';
import { loxoneDevice } from './loxone/loxone-device.ts';

/** Every device that `simulate <device>` knows. */
export const devices: readonly SimulatedDevice[] = [loxoneDevice];
