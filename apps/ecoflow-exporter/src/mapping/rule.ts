import type { TypedLabel, TypedMetric } from './typed-reading.ts';

/** How a number on the wire becomes a measurement. */
export type Convert = (raw: number) => number;

/** Where one measurement stands on the wire. */
export interface Rule {
  readonly metric: TypedMetric;
  readonly label?: readonly [TypedLabel, string];
  /** Wire keys, best first: the first that the device has is taken. */
  readonly keys: readonly string[];
  readonly convert: Convert;
  /** A key that must not be 0: what a socket says while nothing is plugged in is no measurement. */
  readonly onlyIf?: string;
}

/** Units of the wire, as conversions to base units. */
export const AS_IS: Convert = (raw) => raw;
export const TENTHS: Convert = (raw) => raw / 10;
export const THOUSANDTHS: Convert = (raw) => raw / 1_000;
const PERCENT: Convert = (raw) => raw / 100;
const MINUTES: Convert = (raw) => raw * 60;
const WATT_HOURS: Convert = (raw) => raw * 3_600;

/** Amount without direction: some models count what goes out as negative. */
export const MAGNITUDE: Convert = (raw) => Math.abs(raw);

/** Only what flows in, of a port with both directions. */
const INWARD: Convert = (raw) => Math.max(raw, 0);

/** Only what flows out, of a port with both directions. */
const OUTWARD: Convert = (raw) => Math.max(-raw, 0);

/** Only what flows in, of a port that counts what flows out positive. */
export const INWARD_NEGATIVE: Convert = (raw) => Math.max(-raw, 0);

/** Only what flows out, of a port that counts it positive. */
export const OUTWARD_POSITIVE: Convert = (raw) => Math.max(raw, 0);

/** Volts of a battery that some firmware gives as millivolts. No battery here has a thousand volts. */
export const VOLTS_OR_MILLIVOLTS: Convert = (raw) => (raw >= 1_000 ? raw / 1_000 : raw);

/** The other sign. */
export function negated(convert: Convert): Convert {
  return (raw) => 0 - convert(raw);
}

export const soc = (pack: string, ...keys: string[]): Rule => packRule('batterySocRatio', pack, keys, PERCENT);

export const voltage = (pack: string, convert: Convert, ...keys: string[]): Rule =>
  packRule('batteryVoltageVolts', pack, keys, convert);

/** Charging counts positive. */
export const current = (pack: string, convert: Convert, ...keys: string[]): Rule =>
  packRule('batteryCurrentAmperes', pack, keys, convert);

export const temperature = (pack: string, convert: Convert, ...keys: string[]): Rule =>
  packRule('batteryTemperatureCelsius', pack, keys, convert);

export const cycles = (pack: string, ...keys: string[]): Rule => packRule('batteryCycles', pack, keys, AS_IS);

export const input = (port: string, key: string, convert: Convert = AS_IS): Rule => ({
  metric: 'inputPowerWatts',
  label: ['port', port],
  keys: [key],
  convert,
});

export const output = (port: string, key: string, convert: Convert = AS_IS): Rule => ({
  metric: 'outputPowerWatts',
  label: ['port', port],
  keys: [key],
  convert,
});

export const pv = (string: string, key: string, convert: Convert = AS_IS): Rule => ({
  metric: 'pvPowerWatts',
  label: ['string', string],
  keys: [key],
  convert,
});

/** An inlet for panels: a port as well as a string. The first is `solar`, the next `solar2`. */
export const solar = (string: '1' | '2' | '3' | '4', key: string, convert: Convert = AS_IS): readonly Rule[] => [
  input(string === '1' ? 'solar' : `solar${string}`, key, convert),
  pv(string, key, convert),
];

/** Import counts positive. */
export const grid = (convert: Convert, ...keys: string[]): Rule => ({ metric: 'gridPowerWatts', keys, convert });

export const totalInput = (key: string): Rule => ({ metric: 'totalInputPowerWatts', keys: [key], convert: AS_IS });

export const totalOutput = (key: string): Rule => ({ metric: 'totalOutputPowerWatts', keys: [key], convert: AS_IS });

/** Minutes on the wire. */
export const remaining = (direction: 'charge' | 'discharge', ...keys: string[]): Rule => ({
  metric: 'remainingSeconds',
  label: ['direction', direction],
  keys,
  convert: MINUTES,
});

/** Watt-hours on the wire, of a counter that never falls. */
export const energy = (kind: string, ...keys: string[]): Rule => ({
  metric: 'energyTotalJoules',
  label: ['kind', kind],
  keys,
  convert: WATT_HOURS,
});

/** Minutes on the wire, negative while discharging. */
export const signedRemaining = (key: string): readonly Rule[] => [
  {
    metric: 'remainingSeconds',
    label: ['direction', 'charge'],
    keys: [key],
    convert: (raw) => MINUTES(raw > 0 ? raw : -1),
  },
  { metric: 'remainingSeconds', label: ['direction', 'discharge'], keys: [key], convert: (raw) => MINUTES(-raw || -1) },
];

/** A port with both directions, in watts: what flows in counts positive. */
export const both = (port: string, key: string): readonly Rule[] => [
  input(port, key, INWARD),
  output(port, key, OUTWARD),
];

function packRule(metric: TypedMetric, pack: string, keys: readonly string[], convert: Convert): Rule {
  return { metric, label: ['pack', pack], keys, convert };
}
