import type { SeriesRegistry } from '@device-exporters/metrics';
import type { ConfigOf, Schema } from '../config/schema.ts';
import { addressText } from '../http/listen-address.ts';
import { describeError } from '../log/describe-error.ts';
import type { RunningApp } from './app.ts';
import type { ExporterStart } from './exporter.ts';

/** What a reload works on. */
interface Reload<S extends Schema> extends ExporterStart<S> {
  readonly registry: SeriesRegistry;
  readonly running: RunningApp<ConfigOf<S>>;
}

/**
 * The reload of SIGHUP and `POST /-/reload`: one at a time, all or nothing.
 *
 * An invalid configuration changes nothing; the rejection says why. Addresses cannot change without a restart.
 */
export function createReloader<S extends Schema>(reload: Reload<S>): () => Promise<void> {
  const { app, registry, logControl, settings, running } = reload;
  const { log } = logControl;
  const prefix = `${app.metricsPrefix}_config_last_reload`;
  const successful = registry
    .gauge({
      name: `${prefix}_successful`,
      help: 'Whether the latest reading of the configuration succeeded (1) or failed (0).',
    })
    .series();
  const successTime = registry
    .gauge({
      name: `${prefix}_success_timestamp_seconds`,
      help: 'Time of the latest successful reading of the configuration, as Unix time.',
    })
    .series();
  const succeed = (): void => {
    successful.set(1);
    successTime.set(Date.now() / 1000);
  };

  const reloadOnce = async (): Promise<void> => {
    try {
      const next = await reload.readSettings();
      await running.reload(next.config);
      logControl.setLevel(next.base.logLevel);
      if (next.listen.map(addressText).join() !== settings.listen.map(addressText).join()) {
        log.warn({}, 'the address to listen on changes with a restart only');
      }
      for (const { key, message } of next.warnings) log.warn({ key }, message);
      succeed();
      log.info({ file: next.file }, 'configuration reloaded');
    } catch (error) {
      successful.set(0);
      log.error({ err: describeError(error) }, 'reload failed; the old configuration stays');
      throw error;
    }
  };

  succeed();
  let latest: Promise<void> = Promise.resolve();
  return () => {
    const next = latest.then(reloadOnce);
    latest = next.catch(() => {});
    return next;
  };
}
