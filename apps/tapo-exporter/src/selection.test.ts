import { DEVICE_FAMILIES } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import { ORIGINAL_NAMES } from './compatibility-metrics.ts';
import { MEASUREMENT_NAMES, metricOf } from './metrics.ts';
import { selectionOf } from './selection.ts';

function families(supported_device_families: Record<string, string>): string[] {
  const selection = selectionOf({ supported_device_families, per_device_family_metrics: {} });
  return DEVICE_FAMILIES.filter((family) => selection.includes(family));
}

function measurements(names: readonly string[]): string[] {
  const section = { supported_device_families: {}, per_device_family_metrics: { plug: names } };
  return [...selectionOf(section).measurementsOf('PLUG')].toSorted();
}

describe('families', () => {
  test('are all exported, unless they are switched off', () => {
    expect(families({})).toEqual(DEVICE_FAMILIES);
    expect(families({ plug: 'False', BULB: 'true', Hub: 'false' })).toEqual(
      DEVICE_FAMILIES.filter((family) => family !== 'PLUG' && family !== 'HUB'),
    );
  });
});

describe('measurements', () => {
  test('are all exported of families that are not named', () => {
    const section = { supported_device_families: {}, per_device_family_metrics: { plug: [] } };
    expect([...selectionOf(section).measurementsOf('STRIP')]).toEqual(MEASUREMENT_NAMES);
  });

  test('can be named as they are exported, every one, in any case', () => {
    for (const name of MEASUREMENT_NAMES) {
      expect(measurements([metricOf(name)])).toEqual([name]);
      expect(measurements([metricOf(name).toUpperCase()])).toEqual([name]);
    }
  });

  test('can be named as the original does', () => {
    const wanted = new Set(Object.values(ORIGINAL_NAMES));
    expect(measurements(Object.keys(ORIGINAL_NAMES))).toEqual([...wanted].toSorted());
    expect(measurements(['CURRENT_CONSUMPTION', 'Current_Month_Consumption'])).toEqual([
      'energyMonthJoules',
      'powerWatts',
    ]);
  });

  test('that are none keep nothing', () => {
    expect(measurements([])).toEqual([]);
    expect(measurements(['power', 'constructor', '__proto__', 'toString'])).toEqual([]);
  });
});
