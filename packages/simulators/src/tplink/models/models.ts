import { h100 } from './hub.ts';
import { hs110, l530, p100, p110, tpapPlug } from './plugs.ts';
import type { Preset } from './preset.ts';
import { hs300, p304m } from './strips.ts';

const MODELS = { p110, p100, hs110, p304m, h100, l530, tpap: tpapPlug, hs300 } satisfies Record<string, Preset>;

/** A device of our own making; `tpap` is a plug with the firmware that speaks TPAP. */
export type TplinkModel = keyof typeof MODELS;

/** All of them, for the command line. */
export const TPLINK_MODELS = Object.keys(MODELS) as readonly TplinkModel[];

export function builtIn(model: TplinkModel): Preset {
  return MODELS[model];
}
