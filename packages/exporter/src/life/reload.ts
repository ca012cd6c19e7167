import type { ConfigOf, Schema } from '../config/schema.ts';
import { addressText } from '../http/listen-address.ts';
import { describeError } from '../log/describe-error.ts';
import type { Protection } from '../web/protection.ts';
import type { RunningApp } from './app.ts';
import type { ExporterStart } from './exporter-start.ts';
import type { ProgramMetrics } from './program-metrics.ts';

/** What a reload works on. */
interface Reload<S extends Schema> extends ExporterStart<S> {
  readonly metrics: ProgramMetrics;
  readonly running: RunningApp<ConfigOf<S>>;
  readonly protection: Protection | undefined;
}

/**
 * The reload of SIGHUP and `POST /-/reload`: one at a time, all or nothing.
 *
 * An invalid configuration changes nothing; the rejection says why. Addresses cannot change without a restart.
 */
export function createReloader<S extends Schema>(reload: Reload<S>): () => Promise<void> {
  const { logControl, settings, running, metrics, protection } = reload;
  const { log } = logControl;
  const succeed = (): void => {
    metrics.reloadSuccessful.set(1);
    metrics.reloadSuccessTime.set(Date.now() / 1000);
  };

  const reloadOnce = async (): Promise<void> => {
    try {
      const next = await reload.readSettings();
      if (next.web !== undefined) protection?.replace(next.web.config);
      await running.reload(next.config);
      logControl.setLevel(next.base.logLevel);
      if (next.listen.map(addressText).join() !== settings.listen.map(addressText).join()) {
        log.warn({}, 'the address to listen on changes with a restart only');
      }
      for (const { key, message } of next.warnings) log.warn({ key }, message);
      succeed();
      log.info({ file: next.file }, 'configuration reloaded');
    } catch (error) {
      metrics.reloadSuccessful.set(0);
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
