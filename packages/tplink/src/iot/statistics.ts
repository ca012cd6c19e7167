import { numberAt, present, recordsAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements } from '../reading.ts';
import type { IotAsking } from './asking.ts';
import { energyJoulesOf } from './emeter.ts';

/** The modules of a device: bulbs have their own names for them. */
export interface IotModules {
  readonly emeter: string;
  readonly time: string;
  readonly cloud: string;
}

export const PLUG_MODULES: IotModules = { emeter: 'emeter', time: 'time', cloud: 'cnCloud' };
export const BULB_MODULES: IotModules = {
  emeter: 'smartlife.iot.common.emeter',
  time: 'smartlife.iot.common.timesetting',
  cloud: 'smartlife.iot.common.cloud',
};

/**
 * Energy of today and of this month. Which day it is, the device says itself: its lists are in its own local time.
 *
 * The lists have days with data only, so that an absent day says nothing.
 */
export async function askEnergy(
  asking: IotAsking,
  modules: IotModules,
  signal: AbortSignal,
  child?: string,
): Promise<Measurements> {
  const [time] = await asking.ask([{ module: modules.time, command: 'get_time' }], signal);
  const [year, month, day] = ['year', 'month', 'mday'].map((field) => time && numberAt(time, field));
  if (year === undefined || month === undefined || day === undefined) return {};
  const [days, months] = await asking.ask(
    [
      { module: modules.emeter, command: 'get_daystat', parameters: { year, month } },
      { module: modules.emeter, command: 'get_monthstat', parameters: { year } },
    ],
    signal,
    child,
  );
  return present<Measurements>({
    energyTodayJoules: energyIn(days, 'day_list', { year, month, day }),
    energyMonthJoules: energyIn(months, 'month_list', { year, month }),
  });
}

function energyIn(
  reply: JsonRecord | undefined,
  list: string,
  wanted: Readonly<Record<string, number>>,
): number | undefined {
  const entries = reply === undefined ? [] : recordsAt(reply, list);
  const entry = entries.find((one) => Object.entries(wanted).every(([field, value]) => numberAt(one, field) === value));
  return entry && energyJoulesOf(entry);
}
