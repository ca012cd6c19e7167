import { flagAt, numberAt, present, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements } from '../reading.ts';
import { readState } from './device-info.ts';

/** What no sensor of a room can mean: -1000 stands for "no sample". */
const COLDEST_CELSIUS = -60;
const HOTTEST_CELSIUS = 150;

/**
 * A child of a hub, all from the list of children: asking it would wake it up. One that is offline keeps stale readings
 * in the list, so that nothing but its being offline is told.
 */
export function readHubChild(child: JsonRecord): Measurements {
  if (textAt(child, 'status') === 'offline') return { isOnline: false };
  const percent = numberAt(child, 'current_humidity');
  const charge = numberAt(child, 'battery_percentage');
  const leak = textAt(child, 'water_leak_status');
  return {
    ...readState(child),
    ...present<Measurements>({
      isOnline: textAt(child, 'status') === 'online' ? true : undefined,
      temperatureCelsius: celsiusOf(child, 'current_temp'),
      targetTemperatureCelsius: celsiusOf(child, 'target_temp'),
      humidityRatio: percent === undefined || percent < 0 || percent > 100 ? undefined : percent / 100,
      isBatteryLow: flagAt(child, 'at_low_battery'),
      batteryRatio: charge === undefined || charge < 0 || charge > 100 ? undefined : charge / 100,
      isContactOpen: flagAt(child, 'open'),
      isMotionDetected: flagAt(child, 'detected'),
      isWaterLeaking: leak === '' ? undefined : leak !== 'water_dry',
    }),
  };
}

function celsiusOf(child: JsonRecord, field: string): number | undefined {
  const value = numberAt(child, field);
  if (value === undefined) return undefined;
  const celsius = textAt(child, 'temp_unit') === 'fahrenheit' ? ((value - 32) * 5) / 9 : value;
  return celsius < COLDEST_CELSIUS || celsius > HOTTEST_CELSIUS ? undefined : celsius;
}
