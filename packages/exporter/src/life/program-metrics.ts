import type { Series, SeriesRegistry } from '@device-exporters/metrics';
import type { BuildInfo } from './build-info.ts';

/** What every exporter says of itself, whatever it exports. */
export interface ProgramMetrics {
  readonly scrapeDurationSeconds: Series;
  readonly scrapeErrors: Series;
  readonly reloadSuccessful: Series;
  readonly reloadSuccessTime: Series;
}

/** Declares the families of the program itself. @param prefix such as `loxone_exporter` */
export function declareProgramMetrics(registry: SeriesRegistry, prefix: string, build: BuildInfo): ProgramMetrics {
  const buildInfo = registry.gauge({
    name: `${prefix}_build_info`,
    help: 'Version, commit and build date of this program; the value is always 1.',
    labels: ['version', 'commit', 'build_date'],
  });
  buildInfo.series({ version: build.version, commit: build.commit, build_date: build.date }).set(1);
  const gauge = (name: string, help: string): Series => registry.gauge({ name: `${prefix}_${name}`, help }).series();
  const counter = (name: string, help: string): Series =>
    registry.counter({ name: `${prefix}_${name}`, help }).series();
  return {
    scrapeDurationSeconds: gauge(
      'scrape_duration_seconds',
      'Time it took to make the latest new exposition, in seconds.',
    ),
    scrapeErrors: counter('scrape_errors_total', 'Scrapes that failed inside the exporter.'),
    reloadSuccessful: gauge(
      'config_last_reload_successful',
      'Whether the latest reading of the configuration succeeded (1) or failed (0).',
    ),
    reloadSuccessTime: gauge(
      'config_last_reload_success_timestamp_seconds',
      'Time of the latest successful reading of the configuration, as Unix time in seconds.',
    ),
  };
}
