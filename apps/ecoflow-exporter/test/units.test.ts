import { describe, expect, test } from 'vitest';
import { type FamilyName, familyOf } from '../src/mapping/families.ts';
import { readTyped } from '../src/mapping/read-typed.ts';
import type { TypedMetric } from '../src/mapping/typed-reading.ts';
import { hasReference, readReference } from './reference.ts';
import { tabulated } from './typed.ts';
import { camelCase } from './wire.ts';

type UnitTable = readonly (readonly [key: string, unit: string, factor: number])[];

/** Shared tables and the families that they describe. */
const TABLES: readonly (readonly [file: string, family: FamilyName])[] = [
  ['delta_2.app', 'delta_2'],
  ['delta_2_max.app', 'delta_2_max'],
  ['delta_3.app', 'delta_3'],
  ['delta_3_1500.app', 'delta_3_1500'],
  ['delta_3_max_plus.developer', 'delta_3_max_plus'],
  ['delta_max.app', 'delta_max'],
  ['delta_mini.app', 'delta_mini'],
  ['delta_pro.app', 'delta_pro'],
  ['delta_pro.developer', 'delta_pro'],
  ['delta_pro_3.developer', 'delta_pro_3'],
  ['delta_pro_ultra.developer', 'delta_pro_ultra'],
  ['powerocean.developer', 'powerocean'],
  ['powerstream.app', 'powerstream'],
  ['powerstream.developer', 'powerstream'],
  ['river_2.app', 'river_2'],
  ['river_2_max.app', 'river_2'],
  ['river_2_pro.app', 'river_2'],
  ['river_3.app', 'river_3'],
  ['river_max.app', 'river_max'],
  ['river_mini.app', 'river_mini'],
  ['river_pro.app', 'river_max'],
  ['smart_home_panel.developer', 'smart_home_panel'],
  ['smart_meter.app', 'smart_meter'],
  ['smart_meter.developer', 'smart_meter'],
  ['smart_plug.developer', 'smart_plug'],
  ['stream_ac.developer', 'stream_ac'],
  ['stream_microinverter.developer', 'stream_microinverter'],
  ['wave_2.app', 'wave_2'],
  ['wave_3.app', 'wave_3'],
];

/** What a unit of the shared tables is in base units. */
const TO_BASE: Readonly<Record<string, number>> = {
  W: 1,
  'W (absolute)': 1,
  V: 1,
  A: 1,
  '%': 0.01,
  '°C': 1,
  min: 60,
  Wh: 3_600,
  cycles: 1,
};

/** Units of the shared tables that a metric may come from. */
const UNITS: Readonly<Record<TypedMetric, readonly string[]>> = {
  batterySocRatio: ['%'],
  batteryVoltageVolts: ['V'],
  batteryCurrentAmperes: ['A'],
  batteryTemperatureCelsius: ['°C'],
  batteryCycles: ['cycles'],
  inputPowerWatts: ['W', 'W (absolute)'],
  outputPowerWatts: ['W', 'W (absolute)'],
  pvPowerWatts: ['W'],
  gridPowerWatts: ['W'],
  totalInputPowerWatts: ['W'],
  totalOutputPowerWatts: ['W'],
  remainingSeconds: ['min'],
  energyTotalJoules: ['Wh'],
};

/** What the app makes of a single key. */
function typedOf(family: FamilyName, key: string, raw: number): Record<string, number> {
  const state = { values: new Map([[key, raw]]), listLengths: new Map() };
  return tabulated(readTyped(state, familyOf(family).rules));
}

describe.runIf(hasReference)('the unit of a typed reading is that of the shared table', () => {
  test.each(TABLES)('%s', (file, family) => {
    let compared = 0;
    for (const [wireKey, unit, factor] of readReference<UnitTable>(`wire-units/${file}.json`)) {
      const scale = TO_BASE[unit];
      // Cells and capacities have no typed metric, and templates of keys are not keys.
      if (scale === undefined || /[{}']/.test(wireKey)) continue;
      const key = wireKey.includes('.') ? wireKey : camelCase(wireKey);
      const [low, high] = [40 / factor, 50 / factor];
      const before = typedOf(family, key, low);
      for (const [reading, after] of Object.entries(typedOf(family, key, high))) {
        const metric = reading.split(':')[0] as TypedMetric;
        if (after === before[reading]) continue;
        expect(UNITS[metric], `${key} as ${reading}`).toContain(unit);
        expect(Math.abs(after - (before[reading] ?? 0)), `${key} as ${reading}`).toBeCloseTo(10 * scale, 6);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
