import type { Log } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import type { Stations } from '../stations.ts';

/** Where the readings of devices come from. */
export interface Source {
  /** Follows the devices until the signal fires. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** What every source works with. */
export interface SourceContext {
  readonly config: Config;
  readonly stations: Stations;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** What nothing is heard of for so many times MQTT_TIMEOUT counts as off line. */
export const SILENT_TIMEOUTS = 3;
