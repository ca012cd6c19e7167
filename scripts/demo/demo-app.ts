/** One exporter of the demo with the devices that it follows. */
export interface DemoApp {
  /** Folder under `apps`. */
  readonly app: string;
  /** Its default port. */
  readonly port: number;
  /** What it follows, for the table. */
  readonly devices: string;
  /** Starts the simulated devices; the exporter is then started with this environment. */
  start(): Promise<DemoDevices>;
  /** What the page shows now, for the table: name and value with its unit. */
  readings(series: Series): (readonly [string, string])[];
}

/** Simulated devices that run. */
export interface DemoDevices {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Finds the value of a series by its name and some of its labels. */
export type Series = (name: string, labels: Readonly<Record<string, string>>) => number | undefined;

/** A lookup into an exposition in text format. */
export function seriesOf(exposition: string): Series {
  const lines = exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return (name, labels) => {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const line = lines.find((text) => text.startsWith(`${name}{`) && wanted.every((pair) => text.includes(pair)));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  };
}

/** `21.4 °C`, or a dash where there is no value. */
export function reading(name: string, value: number | undefined, unit: string, digits = 1): readonly [string, string] {
  return [name, value === undefined ? '–' : `${value.toFixed(digits)} ${unit}`];
}
