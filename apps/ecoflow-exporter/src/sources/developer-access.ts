import { createHash } from 'node:crypto';
import type { Certification } from '../cloud/certification.ts';
import type { DeveloperApi } from '../cloud/developer-api.ts';
import { CloudError } from '../cloud/errors.ts';
import { readQuotas, readStatusMessage } from '../payload/json-message.ts';
import { BadPayloadError } from '../payload/message.ts';
import { parseJson } from '../payload/read-payload.ts';
import type { Station } from '../station.ts';
import type { BrokerAccess } from './broker-source.ts';
import { createDeviceList } from './device-list.ts';
import type { SourceContext } from './source.ts';

/** What the broker of developers is asked with. */
export interface DeveloperAccessOptions {
  readonly api: DeveloperApi;
  readonly accessKey: string;
  readonly installationId: string;
  readonly signal: AbortSignal;
}

/** The broker of developers: pushes of every device, and a topic that says who is on line. REST gives what was before. */
export function createDeveloperAccess(
  context: SourceContext,
  { api, accessKey, installationId, signal: ending }: DeveloperAccessOptions,
): BrokerAccess {
  const { stations, clock, log } = context;
  const list = createDeviceList(context, (signal) => api.list(signal));
  let certification: Certification | undefined;

  /** Pushes tell changes; the rest is in the cloud's last known values. */
  async function snapshot(station: Station, signal: AbortSignal): Promise<void> {
    try {
      station.take(readQuotas(await api.quotas(station.sn, signal)), clock.now());
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CloudError || error instanceof BadPayloadError)) throw error;
      log.warn({ sn: station.sn, err: error.message }, 'the last known values of a device cannot be read');
    }
  }

  function takeStatus(station: Station, payload: Uint8Array): void {
    const isOnline = readStatusMessage(parseJson(payload));
    if (isOnline === undefined) return;
    const wasOnline = station.isOnline;
    station.setOnline(isOnline);
    if (isOnline && wasOnline !== true) snapshot(station, ending).catch(() => {});
  }

  return {
    kind: 'open-mqtt',
    async prepare(signal) {
      await list.refresh(signal);
      await Promise.all(stations.all().flatMap((station) => (station.isOnline ? [snapshot(station, signal)] : [])));
    },
    async certification(signal) {
      certification ??= await api.certification(signal);
      return certification;
    },
    refused() {
      certification = undefined;
    },
    // The same at every start: about ten different ones a day are let in.
    clientId: () =>
      `ecoflow-exporter-${createHash('sha256').update(accessKey).digest('hex').slice(0, 8)}-${installationId}`,
    topicsOf: (sn) => ['quota', 'status'].map((what) => `/open/${certification?.account}/${sn}/${what}`),
    take(station, topic, payload) {
      if (topic.endsWith('/status')) {
        takeStatus(station, payload);
        return 'text';
      }
      return station.receive(payload, clock.now()).encoding === 'json' ? 'text' : 'protobuf';
    },
  };
}
