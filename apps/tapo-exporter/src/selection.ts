import type { DeviceFamily } from '@device-exporters/tplink';
import { ORIGINAL_NAMES } from './compatibility-metrics.ts';
import { isOff, type TapoConfig } from './config.ts';
import { MEASUREMENT_NAMES, type Measurement, metricOf } from './metrics.ts';

/** What of which device is exported. */
export interface Selection {
  /** Whether devices of this family are. */
  includes(family: DeviceFamily): boolean;
  /** Which measurements of theirs. */
  measurementsOf(family: DeviceFamily): ReadonlySet<Measurement>;
}

const ALL: ReadonlySet<Measurement> = new Set(MEASUREMENT_NAMES);

/** Reads the selection of a configuration; families and names may be written in any case. */
export function selectionOf(
  config: Pick<TapoConfig, 'supported_device_families' | 'per_device_family_metrics'>,
): Selection {
  const families = upperCased(config.supported_device_families);
  const metrics = upperCased(config.per_device_family_metrics);
  const kept = new Map(
    Object.entries(metrics).map(([family, names]) => [family, new Set(names.flatMap((name) => measurementOf(name)))]),
  );
  return {
    includes: (family) => !isOff(families[family] ?? 'true'),
    measurementsOf: (family) => kept.get(family) ?? ALL,
  };
}

/** A metric's name, ours or the original's. Other names keep nothing: they are names of nothing that is measured. */
function measurementOf(name: string): Measurement[] {
  const wanted = name.toLowerCase();
  const original = Object.hasOwn(ORIGINAL_NAMES, wanted) ? ORIGINAL_NAMES[wanted] : undefined;
  return original === undefined
    ? MEASUREMENT_NAMES.filter((measurement) => metricOf(measurement) === wanted)
    : [original];
}

function upperCased<T>(section: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(section).map(([name, value]) => [name.toUpperCase(), value]));
}
