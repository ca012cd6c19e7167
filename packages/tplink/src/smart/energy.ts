import { numberAt, present } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements } from '../reading.ts';
import type { SmartAnswers, SmartQuestion } from './asking.ts';

/** What a meter is asked; each firmware knows some of it. */
export const ENERGY_QUESTIONS: readonly SmartQuestion[] = [
  { method: 'get_energy_usage', isOptional: true },
  { method: 'get_emeter_data', isOptional: true },
  { method: 'get_current_power', isOptional: true },
];

const JOULES_PER_WATT_HOUR = 3_600;
const SECONDS_PER_MINUTE = 60;

/**
 * The energy methods in one unit each. Power comes in mW, except from `get_current_power`, which has whole watts; the
 * finest is taken, never a mean. Run times come in minutes. `energy_wh` is left out: it counts from the device's last
 * start and is no lifetime total.
 */
export function readEnergy(answers: Pick<SmartAnswers, 'get'>): Measurements {
  // Divided where it can be: 1378 mW are 1.378 W, and 1.3780000000000001 by multiplication.
  const scaled = (method: string, field: string, factor: number, divisor = 1): number | undefined => {
    const value = numberAt(answers.get(method) ?? NOTHING, field);
    return value === undefined ? undefined : (value * factor) / divisor;
  };
  return present<Measurements>({
    powerWatts:
      scaled('get_emeter_data', 'power_mw', 1, 1_000) ??
      scaled('get_energy_usage', 'current_power', 1, 1_000) ??
      scaled('get_current_power', 'current_power', 1),
    voltageVolts: scaled('get_emeter_data', 'voltage_mv', 1, 1_000),
    currentAmperes: scaled('get_emeter_data', 'current_ma', 1, 1_000),
    energyTodayJoules: scaled('get_energy_usage', 'today_energy', JOULES_PER_WATT_HOUR),
    energyMonthJoules: scaled('get_energy_usage', 'month_energy', JOULES_PER_WATT_HOUR),
    runtimeTodaySeconds: scaled('get_energy_usage', 'today_runtime', SECONDS_PER_MINUTE),
    runtimeMonthSeconds: scaled('get_energy_usage', 'month_runtime', SECONDS_PER_MINUTE),
  });
}

const NOTHING: JsonRecord = {};
