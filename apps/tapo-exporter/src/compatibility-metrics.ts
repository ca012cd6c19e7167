import type { Family, SeriesRegistry } from '@device-exporters/metrics';
import type { Measurement } from './metrics.ts';

type Label = 'host' | 'alias';

/** A metric of pyprom-exporters. */
export interface CompatibilityMetric {
  readonly measurement: Measurement;
  readonly family: Family<Label>;
  /** From our unit to the one of the original. */
  convert(value: number): number;
}

const JOULES_PER_KILOWATT_HOUR = 3_600_000;

function same(value: number): number {
  return value;
}

function kilowattHours(joules: number): number {
  return joules / JOULES_PER_KILOWATT_HOUR;
}

const MEANING_OF_KWH = 'in kWh (as in pyprom-exporters, whose text says Wh)';

/** The metrics of pyprom-exporters, with its labels, for dashboards that know them. */
export function declareCompatibilityMetrics(registry: SeriesRegistry): CompatibilityMetric[] {
  const metric = (
    measurement: Measurement,
    name: string,
    help: string,
    convert: CompatibilityMetric['convert'],
  ): CompatibilityMetric => ({
    measurement,
    family: registry.gauge({ name, help: `${help} Kept for migration.`, labels: ['host', 'alias'] }),
    convert,
  });
  return [
    metric('powerWatts', 'current_consumption', 'Power drawn now, in watts.', same),
    metric('voltageVolts', 'current_voltage', 'Voltage of the mains, in volts.', same),
    metric('currentAmperes', 'current_current', 'Current drawn now, in amperes.', same),
    metric('energyTodayJoules', 'current_consumption_today', `Energy used today, ${MEANING_OF_KWH}.`, kilowattHours),
    metric(
      'energyMonthJoules',
      'current_month_consumption',
      `Energy used this month, ${MEANING_OF_KWH}.`,
      kilowattHours,
    ),
    metric('rssiDbm', 'current_rssi', 'Strength of the radio signal, in dBm.', same),
  ];
}

/** The names by which files of pyprom-exporters choose metrics: those of its enumeration, or its metrics' own. */
export const ORIGINAL_NAMES: Readonly<Record<string, Measurement>> = {
  current_consumption: 'powerWatts',
  current_voltage: 'voltageVolts',
  current_current: 'currentAmperes',
  current_consumption_today: 'energyTodayJoules',
  current_today_consumption: 'energyTodayJoules',
  current_month_consumption: 'energyMonthJoules',
  current_rssi: 'rssiDbm',
};
