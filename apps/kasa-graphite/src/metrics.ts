import { createPathTemplate, declareGraphiteMetrics, type SeriesTemplates } from '@device-exporters/graphite';
import { type Family, SeriesRegistry } from '@device-exporters/metrics';
import { declareOtlpMetrics } from '@device-exporters/otlp';
import type { Measurements } from '@device-exporters/tplink';

const JOULES_PER_WATT_HOUR = 3_600;

/** The last segments of paths: what of a device goes to Graphite. */
const LEAVES = {
  powerWatts: { leaf: 'power_watts', help: 'Power drawn, in watts.' },
  voltageVolts: { leaf: 'voltage_volts', help: 'Voltage of the mains, in volts.' },
  currentAmperes: { leaf: 'current_amps', help: 'Current drawn, in amperes.' },
  isRelayOn: { leaf: 'is_on', help: 'Whether it is switched on (1) or off (0).' },
  energyTotalJoules: {
    leaf: 'energy_wh_total',
    help: "Energy used in the device's life, as it counts itself, in watt hours.",
    divisor: JOULES_PER_WATT_HOUR,
  },
  energyTodayJoules: {
    leaf: 'energy_today_wh',
    help: 'Energy used since midnight of the device, in watt hours.',
    divisor: JOULES_PER_WATT_HOUR,
  },
  rssiDbm: { leaf: 'rssi_dbm', help: 'Strength of the radio signal, in dBm.' },
} as const satisfies Readonly<Partial<Record<keyof Measurements, { leaf: string; help: string; divisor?: number }>>>;

type Measurement = keyof typeof LEAVES;
const MEASUREMENTS = Object.keys(LEAVES) as Measurement[];

/** The series of the readings, apart from the page: they go to Graphite, and to an OpenTelemetry collector where one is wanted. */
export interface Readings {
  readonly registry: SeriesRegistry;
  readonly families: Readonly<Record<Measurement, Family<'device'>>>;
}

/** One value of a device, in the unit of its leaf. */
export interface LeafValue {
  readonly measurement: Measurement;
  readonly value: number;
}

/** Name of a reading where it has labels instead of a path. */
function nameOf(leaf: string): string {
  return `kasa_${leaf}`;
}

/** Declares the readings. */
export function declareReadings(): Readings {
  const registry = new SeriesRegistry();
  const families = MEASUREMENTS.map((name) => {
    const { leaf, help } = LEAVES[name];
    const type = leaf.endsWith('_total') ? 'counter' : 'gauge';
    return [name, registry[type]({ name: nameOf(leaf), help, labels: ['device'] })] as const;
  });
  return { registry, families: Object.fromEntries(families) as Readings['families'] };
}

/**
 * Where the readings go: `<prefix>.kasa.<device>.<leaf>`.
 *
 * @throws {InvalidTemplateError} when the prefix is none
 */
export function templatesFor(prefix: string): SeriesTemplates {
  const templates = MEASUREMENTS.map((name) => {
    const { leaf } = LEAVES[name];
    return [nameOf(leaf), createPathTemplate(`${prefix}.kasa.{device}.${leaf}`)] as const;
  });
  return new Map(templates);
}

/** What of a reading goes to Graphite; what the device does not report is left out. */
export function leafValues(measurements: Measurements): LeafValue[] {
  return MEASUREMENTS.flatMap((measurement) => {
    const value = measurements[measurement];
    const leaf = LEAVES[measurement];
    const divisor = 'divisor' in leaf ? leaf.divisor : 1;
    return value === undefined ? [] : [{ measurement, value: Number(value) / divisor }];
  });
}

/** Every family of the page, besides those of the program itself. */
export function declareMetrics(registry: SeriesRegistry) {
  return {
    devices: registry.gauge({
      name: 'kasa_graphite_devices',
      help: 'Devices known now: those that were found and those that are listed.',
    }),
    up: registry.gauge({
      name: 'kasa_graphite_device_up',
      help: 'Whether the latest reading of the device succeeded (1) or failed (0).',
      labels: ['device'],
    }),
    lastSuccess: registry.gauge({
      name: 'kasa_graphite_device_last_success_timestamp_seconds',
      help: 'Time of the latest reading that succeeded, as Unix time in seconds.',
      labels: ['device'],
    }),
    errors: registry.counter({
      name: 'kasa_graphite_device_errors_total',
      help: 'Readings that failed, by reason.',
      labels: ['device', 'reason'],
    }),
    skipped: registry.counter({
      name: 'kasa_graphite_polls_skipped_total',
      help: 'Readings that were due while the one before was still under way.',
    }),
    output: declareGraphiteMetrics(registry, 'kasa_graphite'),
  };
}

export type Metrics = ReturnType<typeof declareMetrics>;

/** Families that exist only where a push to an OpenTelemetry collector is configured. */
export function declareOptionalMetrics(registry: SeriesRegistry) {
  return { otlp: declareOtlpMetrics(registry, 'kasa_graphite_otlp') };
}
