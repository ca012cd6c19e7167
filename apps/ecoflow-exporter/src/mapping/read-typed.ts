import type { DeviceState } from '../payload/state.ts';
import type { Rule } from './rule.ts';
import type { TypedMetric, TypedReading } from './typed-reading.ts';

/** What stands in a field that has nothing to say: all ones, signed and unsigned. */
const UNSET: ReadonlySet<number> = new Set([2_147_483_647, 4_294_967_295]);

/** Minutes that mean "not applicable": 98:59, 99:00, 99:59, 100:00 and 2399:59. */
const NO_REMAINING_MINUTES: ReadonlySet<number> = new Set([5_939, 5_940, 5_999, 6_000, 143_999]);

/** Temperatures beyond this, in degrees Celsius, are those of a sensor that is not there. */
const HOTTEST_CELSIUS = 200;

/** Factors from the wire to base units, by wire key, for devices whose firmware counts otherwise than its family. */
export type FactorOverrides = ReadonlyMap<string, number>;

/** Reads every measurement that the state of a device holds. Of several rules for one measurement the first that finds it counts. */
export function readTyped(state: DeviceState, rules: readonly Rule[], factors?: FactorOverrides): TypedReading[] {
  const readings = new Map<string, TypedReading>();
  for (const rule of rules) {
    const identity = `${rule.metric} ${rule.label?.join(' ') ?? ''}`;
    if (readings.has(identity)) continue;
    const value = measurementOf(state, rule, factors);
    if (value !== undefined) readings.set(identity, { metric: rule.metric, labels: labelsOf(rule), value });
  }
  return [...readings.values()];
}

function measurementOf({ values }: DeviceState, rule: Rule, factors?: FactorOverrides): number | undefined {
  const { metric, keys, convert, onlyIf } = rule;
  if (onlyIf !== undefined && values.get(onlyIf) === 0) return undefined;
  for (const key of keys) {
    const raw = values.get(key);
    if (raw === undefined || isNone(metric, raw)) continue;
    const factor = factors?.get(key);
    const value = factor === undefined ? convert(raw) : raw * factor;
    return isPossible(metric, value) ? value : undefined;
  }
  return undefined;
}

function isNone(metric: TypedMetric, raw: number): boolean {
  return UNSET.has(raw) || (metric === 'remainingSeconds' && NO_REMAINING_MINUTES.has(Math.abs(raw)));
}

function isPossible(metric: TypedMetric, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (metric === 'remainingSeconds') return value >= 0;
  if (metric === 'batterySocRatio') return value >= 0 && value <= 1.01;
  if (metric === 'batteryTemperatureCelsius') return Math.abs(value) < HOTTEST_CELSIUS;
  return true;
}

function labelsOf({ label }: Rule): TypedReading['labels'] {
  return label === undefined ? {} : { [label[0]]: label[1] };
}
