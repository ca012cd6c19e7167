import type { Publish } from '../broker/session.ts';
import type { AccountApi, AccountToken } from '../cloud/account-api.ts';
import type { Certification } from '../cloud/certification.ts';
import { CredentialsRefusedError } from '../cloud/errors.ts';
import { appClientId } from '../login.ts';
import { encodeGetAll } from '../payload/header.ts';
import type { Station } from '../station.ts';
import type { BrokerAccess } from './broker-source.ts';
import { createDeviceList } from './device-list.ts';
import type { SourceContext } from './source.ts';

/** What the broker of the app is asked with. */
export interface AppAccessOptions {
  readonly api: AccountApi;
  readonly email: string;
  readonly password: string;
  readonly installationId: string;
  /** Whether devices are asked for everything, or merely listened to. */
  readonly asks: boolean;
}

/** The broker of the app: pushes, and replies where devices are asked. */
export function createAppAccess(
  context: SourceContext,
  { api, email, password, installationId, asks }: AppAccessOptions,
): BrokerAccess {
  const { config, stations, metrics, clock } = context;
  const intervalMs = config.quota_request_interval * 1000;
  let token: AccountToken | undefined;
  let certification: Certification | undefined;
  const list = createDeviceList(context, (signal) => withToken((own) => api.devices(own, signal), signal));

  /** A token lives for weeks: one that is refused is replaced, once, and used again. */
  async function withToken<T>(use: (own: AccountToken) => Promise<T>, signal: AbortSignal): Promise<T> {
    const isOld = token !== undefined;
    token ??= await api.logIn(email, password, signal);
    try {
      return await use(token);
    } catch (error) {
      if (!(error instanceof CredentialsRefusedError)) throw error;
      token = undefined;
      if (!isOld) throw error;
    }
    return withToken(use, signal);
  }

  /** Devices of the newer generation do not know the request in JSON; of unknown ones nobody knows. */
  function requestsFor(station: Station): (string | Uint8Array)[] {
    // Digits, as the app has them; the protobuf's must fit 32 bits.
    const id = 999_000_000 + Math.floor(Math.random() * 999_999);
    const json = {
      id: `${id}`,
      version: '1.1',
      from: 'Android',
      moduleType: 0,
      operateType: 'latestQuotas',
      params: {},
    };
    const requests = [];
    if (station.mayBeProtobuf) requests.push(encodeGetAll(id, 'Android'));
    if (!station.mayBeProtobuf || station.isUnlisted) requests.push(JSON.stringify(json));
    return requests;
  }

  /** What has just spoken need not be asked, unless it was never asked for everything. */
  function askOne(station: Station, askedMs: Map<string, number>, publish: Publish): void {
    const { sn, lastDataMs = Number.NEGATIVE_INFINITY } = station;
    const isFresh = askedMs.has(sn) && clock.now() - lastDataMs < intervalMs / 2;
    metrics.quotaRequests.series({ status: isFresh ? 'skipped' : 'sent' }).add();
    if (isFresh) return;
    askedMs.set(sn, clock.now());
    for (const request of requestsFor(station)) publish(`/app/${token?.userId}/${sn}/thing/property/get`, request);
  }

  async function askAll(publish: Publish, signal: AbortSignal): Promise<void> {
    const askedMs = new Map<string, number>();
    for (;;) {
      for (const station of stations.all()) askOne(station, askedMs, publish);
      await clock.sleep(intervalMs, signal);
    }
  }

  const access: BrokerAccess = {
    kind: asks ? 'device' : 'mqtt',
    prepare: (signal) => list.refresh(signal),
    async certification(signal) {
      certification ??= await withToken((own) => api.certification(own, signal), signal);
      return certification;
    },
    refused() {
      certification = undefined;
    },
    clientId: () => appClientId(installationId, token?.userId ?? ''),
    topicsOf: (sn) => [
      `/app/device/property/${sn}`,
      ...(asks ? [`/app/${token?.userId}/${sn}/thing/property/get_reply`] : []),
    ],
    take: (station, _topic, payload) =>
      station.receive(payload, clock.now()).encoding === 'json' ? 'text' : 'protobuf',
  };
  return asks ? { ...access, attend: (publish, signal) => askAll(publish, signal) } : access;
}
