import type { Page } from '@device-exporters/exporter/testing';

/** One exporter of the demo with the devices that it follows. */
export interface DemoApp {
  /** Folder under `apps`. */
  readonly app: string;
  /** Its default port. */
  readonly port: number;
  /** What it follows, for the table. */
  readonly devices: string;
  /** Starts the simulated devices; the exporter is then started with this environment and configuration. */
  start(): Promise<DemoDevices>;
  /** What the page shows now, for the table: name and value with its unit. */
  readings(page: Page): (readonly [string, string])[];
}

/** Simulated devices that run. */
export interface DemoDevices {
  readonly environment: Readonly<Record<string, string>>;
  /** Written to a file for the exporter: what has no variable. */
  readonly config?: object;
  /** What else there is to show than what is on the page. */
  readings?(): (readonly [string, string])[];
  stop(): Promise<void>;
}

/** `21.4 °C`, or a dash where there is no value. */
export function reading(name: string, value: number | undefined, unit: string, digits = 1): readonly [string, string] {
  return [name, value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`];
}
