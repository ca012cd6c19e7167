import type { TypedReading } from '../src/mapping/typed-reading.ts';

/** Typed readings as a map from `metric` or `metric:label` to the value, for comparing. */
export function tabulated(readings: readonly TypedReading[]): Record<string, number> {
  return Object.fromEntries(
    readings.map(({ metric, labels, value }) => [[metric, ...Object.values(labels)].join(':'), value]),
  );
}
