import type { Family, SeriesRegistry } from '@device-exporters/metrics';
import { declareOtlpMetrics } from '@device-exporters/otlp';
import type { Measurements } from '@device-exporters/tplink';

const IDENTITY_LABELS = ['device_id', 'child_id'] as const;

export type IdentityLabel = (typeof IDENTITY_LABELS)[number];

/** One measurement of devices and its family. */
interface MeasurementMetric {
  readonly name: string;
  readonly help: string;
  readonly type?: 'counter';
}

/** Every measurement, as it is exported. */
const MEASUREMENTS = {
  powerWatts: { name: 'tapo_power_watts', help: 'Power drawn now, in watts.' },
  voltageVolts: { name: 'tapo_voltage_volts', help: 'Voltage of the mains, in volts.' },
  currentAmperes: { name: 'tapo_current_amperes', help: 'Current drawn now, in amperes.' },
  energyTodayJoules: {
    name: 'tapo_energy_today_joules',
    help: 'Energy used since midnight, local time of the device, in joules (3.6 million are a kWh).',
  },
  energyMonthJoules: {
    name: 'tapo_energy_month_joules',
    help: 'Energy used since the first of the month, local time of the device, in joules.',
  },
  energyTotalJoules: {
    name: 'tapo_energy_joules_total',
    help: "Energy used in the device's life, as it counts itself, in joules; begins anew when the device is reset.",
    type: 'counter',
  },
  runtimeTodaySeconds: { name: 'tapo_runtime_today_seconds', help: 'Time switched on since midnight, in seconds.' },
  runtimeMonthSeconds: {
    name: 'tapo_runtime_month_seconds',
    help: 'Time switched on since the first of the month, in seconds.',
  },
  isRelayOn: { name: 'tapo_relay_on', help: 'Whether it is switched on (1) or off (0).' },
  onTimeSeconds: {
    name: 'tapo_on_time_seconds',
    help: 'Time since it was switched on, in seconds; 0 while it is off.',
  },
  rssiDbm: { name: 'tapo_rssi_dbm', help: 'Strength of the radio signal that it receives, in dBm.' },
  signalLevel: { name: 'tapo_signal_level', help: 'Strength of the radio signal, from 0 to 3.' },
  isOverheated: { name: 'tapo_overheated', help: 'Whether it is too hot (1).' },
  isOvercurrent: { name: 'tapo_overcurrent', help: 'Whether it draws too much current (1).' },
  isOverloaded: { name: 'tapo_overloaded', help: 'Whether the power protection has switched it off (1).' },
  isCloudConnected: { name: 'tapo_cloud_connected', help: 'Whether it is connected to the cloud of TP-Link (1).' },
  brightnessRatio: { name: 'tapo_brightness_ratio', help: 'Brightness that it is set to, from 0 to 1.' },
  colorTemperatureKelvin: {
    name: 'tapo_color_temperature_kelvin',
    help: 'Colour temperature that it is set to, in kelvin; absent while it shows a colour.',
  },
  isOnline: {
    name: 'tapo_child_online',
    help: 'Whether the hub reaches it (1). While it does not, nothing else is exported.',
  },
  temperatureCelsius: { name: 'tapo_temperature_celsius', help: 'Temperature measured, in degrees Celsius.' },
  targetTemperatureCelsius: {
    name: 'tapo_target_temperature_celsius',
    help: 'Temperature that a thermostat is set to, in degrees Celsius.',
  },
  humidityRatio: { name: 'tapo_humidity_ratio', help: 'Relative humidity measured, from 0 to 1.' },
  isBatteryLow: { name: 'tapo_battery_low', help: 'Whether the battery is low (1).' },
  batteryRatio: { name: 'tapo_battery_ratio', help: 'Charge of the battery, from 0 to 1.' },
  isContactOpen: { name: 'tapo_contact_open', help: 'Whether the contact is open (1).' },
  isMotionDetected: { name: 'tapo_motion_detected', help: 'Whether motion is seen (1).' },
  isWaterLeaking: { name: 'tapo_water_leak', help: 'Whether water is where none should be (1).' },
} as const satisfies Readonly<Record<keyof Measurements, MeasurementMetric>>;

export type Measurement = keyof typeof MEASUREMENTS;

/** All measurements, in the order of the page. */
export const MEASUREMENT_NAMES = Object.keys(MEASUREMENTS) as Measurement[];

/** Name of the metric of a measurement. */
export function metricOf(measurement: Measurement): string {
  return MEASUREMENTS[measurement].name;
}

/** Every family that tapo-exporter exports, besides those of the program itself, {@link declareOptionalMetrics} and {@link declareCompatibilityMetrics}. */
export function declareMetrics(registry: SeriesRegistry) {
  const measured = (name: Measurement): Family<IdentityLabel> => {
    const { type, ...options }: MeasurementMetric = MEASUREMENTS[name];
    return registry[type ?? 'gauge']({ ...options, labels: IDENTITY_LABELS });
  };
  return {
    discoveredDevices: registry.gauge({
      name: 'tapo_discovered_devices',
      help: 'Devices known now: those that were found and those that are listed.',
    }),
    deviceInfo: registry.gauge({
      name: 'tapo_device_info',
      help: 'What a device, an outlet or a child of a hub is; always 1. The place of everything that may change its name.',
      labels: [...IDENTITY_LABELS, 'alias', 'model', 'family', 'host', 'firmware', 'hardware', 'mac', 'protocol'],
    }),
    up: registry.gauge({
      name: 'tapo_device_up',
      help: 'Whether the latest reading of the device succeeded (1) or failed (0).',
      labels: ['device_id'],
    }),
    lastSuccess: registry.gauge({
      name: 'tapo_device_last_success_timestamp_seconds',
      help: 'Time of the latest reading that succeeded, as Unix time in seconds.',
      labels: ['device_id'],
    }),
    pollDuration: registry.gauge({
      name: 'tapo_device_poll_duration_seconds',
      help: 'Time that the latest reading of the device took, in seconds.',
      labels: ['device_id'],
    }),
    errors: registry.counter({
      name: 'tapo_device_errors_total',
      help: 'Readings that failed, by reason.',
      labels: ['device_id', 'reason'],
    }),
    measurements: Object.fromEntries(MEASUREMENT_NAMES.map((name) => [name, measured(name)])) as Readonly<
      Record<Measurement, Family<IdentityLabel>>
    >,
  };
}

export type Metrics = ReturnType<typeof declareMetrics>;

/** Families that exist only where a push to an OpenTelemetry collector is configured. */
export function declareOptionalMetrics(registry: SeriesRegistry) {
  return { otlp: declareOtlpMetrics(registry, 'tapo_otlp') };
}
