import type { ListedDevice } from '../cloud/listed-device.ts';
import type { SourceContext } from './source.ts';

/** The list of the account's devices, kept for a while. */
export interface DeviceList {
  /**
   * Takes notice of the list: who is there, and who is on line.
   *
   * @throws {CloudError}
   */
  refresh(signal: AbortSignal): Promise<void>;
}

/** @param ask asks the cloud for the list */
export function createDeviceList(
  { config, stations, metrics, clock, log }: SourceContext,
  ask: (signal: AbortSignal) => Promise<readonly ListedDevice[]>,
): DeviceList {
  let dueMs = Number.NEGATIVE_INFINITY;
  let missing: readonly string[] = [];

  return {
    async refresh(signal) {
      const isFresh = clock.monotonicMs() < dueMs;
      metrics.cacheOperations.series({ result: isFresh ? 'hit' : 'miss' }).add();
      if (isFresh) return;
      const listed = await ask(signal);
      dueMs = clock.monotonicMs() + config.device_list_cache_ttl * 1000;
      const unknown = await stations.follow(listed);
      for (const { sn, isOnline } of listed) if (isOnline !== undefined) stations.get(sn)?.setOnline(isOnline);
      for (const sn of unknown) {
        stations.get(sn)?.setOnline(false);
        if (!missing.includes(sn))
          log.warn({ sn }, 'the account does not have this device; is the serial number right?');
      }
      missing = unknown;
    },
  };
}
