import { numberAt, present, recordsAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements } from '../reading.ts';
import type { IotCommand } from './asking.ts';
import { energyJoulesOf } from './emeter.ts';
import type { IotModules } from './modules.ts';

/** The day that it is where the device is. */
export interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** What `time.get_time` says. Which day it is, the device says itself: its lists are in its own local time. */
export function readLocalDay(time: JsonRecord | undefined): LocalDay | undefined {
  const [year, month, day] = ['year', 'month', 'mday'].map((field) => time && numberAt(time, field));
  return year === undefined || month === undefined || day === undefined ? undefined : { year, month, day };
}

/** What a meter is asked for the energy of a day and its month. */
export function statisticsCommands(
  { emeter }: IotModules,
  { year, month }: LocalDay,
): readonly [IotCommand, IotCommand] {
  return [
    { module: emeter, command: 'get_daystat', parameters: { year, month } },
    { module: emeter, command: 'get_monthstat', parameters: { year } },
  ];
}

/** Energy of a day and its month. The lists have days with data only, so that an absent day says nothing. */
export function readStatistics(
  days: JsonRecord | undefined,
  months: JsonRecord | undefined,
  { year, month, day }: LocalDay,
): Measurements {
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
