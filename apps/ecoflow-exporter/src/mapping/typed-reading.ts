/** The typed metrics. Units are those of the names: ratios from 0 to 1, volts, amperes, degrees Celsius, watts, seconds, joules. */
export type TypedMetric =
  | 'batterySocRatio'
  | 'batteryVoltageVolts'
  | 'batteryCurrentAmperes'
  | 'batteryTemperatureCelsius'
  | 'batteryCycles'
  | 'inputPowerWatts'
  | 'outputPowerWatts'
  | 'pvPowerWatts'
  | 'gridPowerWatts'
  | 'totalInputPowerWatts'
  | 'totalOutputPowerWatts'
  | 'remainingSeconds'
  | 'energyTotalJoules';

/** The one label that a typed metric has besides the device's, if any. */
export type TypedLabel = 'pack' | 'port' | 'string' | 'direction' | 'kind';

/** One measurement in base units. */
export interface TypedReading {
  readonly metric: TypedMetric;
  /** At most one label; none for what a device has one of. */
  readonly labels: Readonly<Partial<Record<TypedLabel, string>>>;
  readonly value: number;
}
