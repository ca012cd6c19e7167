import { numberAt, present } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements } from '../reading.ts';

const JOULES_PER_WATT_HOUR = 3_600;
const JOULES_PER_KILOWATT_HOUR = 3_600_000;

/**
 * What `emeter.get_realtime` says. Old devices (HS110 of hardware 1) answer in V, A, W and kWh, newer ones in mV, mA, mW
 * and Wh under other names, never both. Bulbs have power alone.
 */
export function readEmeter(reply: JsonRecord): Measurements {
  // Divided where it can be: 1378 mW are 1.378 W, and 1.3780000000000001 by multiplication.
  const scaled = (field: string, factor: number, divisor = 1): number | undefined => {
    const value = numberAt(reply, field);
    return value === undefined ? undefined : (value * factor) / divisor;
  };
  return present<Measurements>({
    powerWatts: scaled('power_mw', 1, 1_000) ?? numberAt(reply, 'power'),
    voltageVolts: scaled('voltage_mv', 1, 1_000) ?? numberAt(reply, 'voltage'),
    currentAmperes: scaled('current_ma', 1, 1_000) ?? numberAt(reply, 'current'),
    energyTotalJoules: scaled('total_wh', JOULES_PER_WATT_HOUR) ?? scaled('total', JOULES_PER_KILOWATT_HOUR),
  });
}

/** Energy of an entry of `day_list` or `month_list`: `energy_wh`, or `energy` in kWh. */
export function energyJoulesOf(entry: JsonRecord): number | undefined {
  const wattHours = numberAt(entry, 'energy_wh');
  if (wattHours !== undefined) return wattHours * JOULES_PER_WATT_HOUR;
  const kilowattHours = numberAt(entry, 'energy');
  return kilowattHours === undefined ? undefined : kilowattHours * JOULES_PER_KILOWATT_HOUR;
}
