import type { Environment } from '../config/environment-layer.ts';
import type { ConfigOf, Schema } from '../config/schema.ts';
import type { LogControl } from '../log/log.ts';
import type { App } from './app.ts';
import type { BuildInfo } from './build-info.ts';
import type { Settings } from './settings.ts';

/** What an exporter is started with. */
export interface ExporterStart<S extends Schema> {
  readonly app: App<S>;
  readonly build: BuildInfo;
  readonly settings: Settings<ConfigOf<S>>;
  readonly logControl: LogControl;
  readonly environment: Environment;
  /** Reads the settings anew, for a reload. */
  readSettings(): Promise<Settings<ConfigOf<S>>>;
}
