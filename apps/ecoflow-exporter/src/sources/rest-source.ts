import { createBackoff } from '@device-exporters/retry';
import { busyMs } from '../cloud/cloud-client.ts';
import { adviceFor, type DeveloperApi } from '../cloud/developer-api.ts';
import { CloudError, CredentialsRefusedError, DeviceRefusedError } from '../cloud/errors.ts';
import { readQuotas } from '../payload/json-message.ts';
import { BadPayloadError } from '../payload/message.ts';
import type { Station } from '../station.ts';
import { createDeviceList } from './device-list.ts';
import { SILENT_TIMEOUTS, type Source, type SourceContext } from './source.ts';

/** After a refusal the cloud is left alone for minutes. */
const REFUSED_BACKOFF = { initialMs: 60_000, maxMs: 900_000 };

/** Reads every device over REST, again and again: what is on line says the list, never a quota answer. */
export function createRestSource(context: SourceContext, api: DeveloperApi): Source {
  const { config, stations, metrics, clock, log } = context;
  const list = createDeviceList(context, (signal) => api.list(signal));
  const patience = createBackoff({ initialMs: config.retry_timeout * 1000, maxMs: config.max_reconnect_delay * 1000 });
  const refusedPatience = createBackoff(REFUSED_BACKOFF);
  let listedMs = clock.monotonicMs();

  /** @throws {CloudError} for what is no matter of this device */
  async function collect(station: Station, signal: AbortSignal): Promise<void> {
    const startMs = clock.monotonicMs();
    let isGood = false;
    try {
      const { readings } = readQuotas(await api.quotas(station.sn, signal));
      // Switched off while it was asked.
      if (station.isOnline === true) station.replace(readings, clock.now());
      metrics.metricsCollected.series(station.labels).set(readings.values.size);
      isGood = true;
    } catch (error) {
      signal.throwIfAborted();
      station.forget();
      metrics.connectionErrors.series(station.labels).add();
      if (!(error instanceof DeviceRefusedError || error instanceof BadPayloadError)) throw error;
      log.warn({ sn: station.sn, err: error.message }, 'device cannot be read');
    } finally {
      metrics.scrapeDuration.observe(station.labels, (clock.monotonicMs() - startMs) / 1000);
      metrics.scrapeRequests.series({ ...station.labels, status: isGood ? 'success' : 'error' }).add();
    }
  }

  async function collectAll(signal: AbortSignal): Promise<void> {
    await list.refresh(signal);
    listedMs = clock.monotonicMs();
    const outcomes = await Promise.allSettled(
      stations.all().flatMap((station) => (station.isOnline === true ? [collect(station, signal)] : [])),
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  /** @returns milliseconds until the next collection */
  function failed(error: unknown): number {
    for (const station of stations.all()) station.forget();
    // Nobody knows any more.
    const isUnheard = clock.monotonicMs() - listedMs >= SILENT_TIMEOUTS * config.mqtt_timeout * 1000;
    if (isUnheard) for (const station of stations.all()) station.setOnline(false);
    const isRefused = error instanceof CredentialsRefusedError;
    const usualMs = isRefused ? refusedPatience.next() : patience.next();
    const waitMs = Math.max(usualMs, busyMs(error) ?? 0);
    const host = config.api_host ?? undefined;
    const err = error instanceof CloudError ? error.message : error;
    log.warn(
      { err, nextAttemptSeconds: Math.round(waitMs / 1000) },
      adviceFor(error, host) ?? 'devices cannot be read',
    );
    return waitMs;
  }

  return {
    async run(signal) {
      const intervalMs = config.collecting_interval * 1000;
      try {
        for (;;) {
          const startMs = clock.monotonicMs();
          let waitMs = intervalMs;
          try {
            await collectAll(signal);
            patience.reset();
            refusedPatience.reset();
          } catch (error) {
            signal.throwIfAborted();
            waitMs = failed(error);
          }
          await clock.sleep(Math.max(waitMs - (clock.monotonicMs() - startMs), 0), signal);
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}
