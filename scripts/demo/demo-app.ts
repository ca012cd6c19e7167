import type { Page } from '@device-exporters/exporter/testing';

/** One exporter of the demo with the devices that it follows. */
export interface DemoApp {
  /** Folder under `apps`. */
  readonly app: string;
  /** Its default port. */
  readonly port: number;
  /** What it follows, for the table. */
  readonly devices: string;
  /** Starts the simulated devices, which the exporter is then configured for. */
  start(place: DemoPlace): Promise<DemoDevices>;
  /** What the page shows now, for the table: name and value with its unit. */
  readings(page: Page): (readonly [string, string])[];
}

/** Where a demo takes place. */
export interface DemoPlace {
  /** A folder of its own, for what the exporter reads and keeps; whoever made it removes it. */
  readonly folder: string;
  /** A Graphite that is there already. Default: the demo starts one. */
  readonly graphite?: { readonly host: string; readonly port: number };
  /** An OpenTelemetry collector, `http://host:port`, for gRPC. Default: there is none. */
  readonly collector?: string;
}

/** Simulated devices that run. */
export interface DemoDevices {
  /** Written to a file for the exporter, credentials of the simulated devices included. */
  readonly config: object;
  /** What else there is to show than what is on the page. */
  readings?(): (readonly [string, string])[];
  stop(): Promise<void>;
}

/** `21.4 °C`, or a dash where there is no value. */
export function reading(name: string, value: number | undefined, unit: string, digits = 1): readonly [string, string] {
  return [name, value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`];
}
