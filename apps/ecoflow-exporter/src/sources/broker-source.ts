import { type AttemptEnd, type Clock, createBackoff, supervise, type Timer } from '@device-exporters/retry';
import { BrokerRefusedError, BrokerSilentError, followBroker, type Publish } from '../broker/session.ts';
import type { Certification } from '../cloud/certification.ts';
import { busyMs } from '../cloud/cloud-client.ts';
import { adviceFor } from '../cloud/developer-api.ts';
import { CredentialsRefusedError } from '../cloud/errors.ts';
import { BadPayloadError } from '../payload/message.ts';
import type { Station } from '../station.ts';
import { SILENT_TIMEOUTS, type Source, type SourceContext } from './source.ts';

/** One way to a broker: that of developers, or that of the app. */
export interface BrokerAccess {
  /** For labels: `open-mqtt`, `mqtt` or `device`. */
  readonly kind: string;
  /** Takes notice of who there is. @throws {CloudError} */
  prepare(signal: AbortSignal): Promise<void>;
  /** The account at the broker; the same one until it is refused. @throws {CloudError} */
  certification(signal: AbortSignal): Promise<Certification>;
  /** The broker refuses the account: the next one is to be asked for anew. */
  refused(): void;
  clientId(): string;
  topicsOf(sn: string): readonly string[];
  /** A message for a device. @throws {BadPayloadError} */
  take(station: Station, topic: string, payload: Uint8Array): string;
  /** What to do while the connection is up, besides listening. */
  attend?(publish: Publish, signal: AbortSignal): Promise<void>;
}

/** After refused credentials the cloud is left alone for at least a minute. */
const REFUSED_MS = 60_000;
const FIRST_RECONNECT_MS = 1_000;
/** A connection that ends sooner counts as a failure: with two programs of one client id, each ends that of the other. */
const HEALTHY_AFTER_MS = 30_000;

/** Follows a broker: connects, and connects again for as long as it takes. */
export function createBrokerSource(context: SourceContext, access: BrokerAccess): Source {
  const { config, stations, metrics, clock, log } = context;
  const client_type = access.kind;
  const connected = metrics.mqttConnected.series({ client_type });
  const maxMs = config.max_reconnect_delay * 1000;
  const usualIdleMs = config.mqtt_timeout * 1000;
  // A connection that has been renewed in vain is given longer.
  let idleMs = usualIdleMs;
  let refusals = 0;
  connected.set(0);

  function onMessage(topic: string, payload: Uint8Array): void {
    const station = stations.all().find(({ sn }) => topic.split('/').includes(sn));
    if (station === undefined) return;
    idleMs = usualIdleMs;
    try {
      const type = access.take(station, topic, payload);
      metrics.mqttMessages.series({ client_type, type }).add();
    } catch (error) {
      if (!(error instanceof BadPayloadError)) throw error;
      metrics.mqttMessageErrors.series({ client_type }).add();
      log.debug({ sn: station.sn, topic, err: error.message }, 'a message cannot be read');
    }
  }

  async function connectOnce(signal: AbortSignal, healthy: () => void): Promise<void> {
    await access.prepare(signal);
    const certification = await logIn(signal);
    const attending = new AbortController();
    let lasting: Timer | undefined;
    try {
      await followBroker(
        {
          certification,
          isPlainAllowed: config.api_host?.startsWith('http://') ?? false,
          clientId: access.clientId(),
          topics: stations.all().flatMap(({ sn }) => access.topicsOf(sn)),
          keepaliveSeconds: config.mqtt_keepalive,
          connectTimeoutMs: config.http_timeout * 1000,
          idleMs,
          clock,
          onMessage,
          onReady(publish) {
            connected.set(1);
            refusals = 0;
            lasting = clock.after(Math.min(HEALTHY_AFTER_MS, idleMs / 2), healthy);
            log.info({ broker: certification.host, devices: stations.all().length }, 'connected to the broker');
            void access.attend?.(publish, AbortSignal.any([signal, attending.signal])).catch(() => {});
          },
        },
        signal,
      );
    } catch (error) {
      if (error instanceof BrokerRefusedError) {
        refusals += 1;
        access.refused();
      }
      if (error instanceof BrokerSilentError) idleMs = Math.min(idleMs * 2, Math.max(maxMs, usualIdleMs));
      throw error;
    } finally {
      lasting?.cancel();
      attending.abort(new Error('the connection has ended'));
      connected.set(0);
    }
  }

  async function logIn(signal: AbortSignal): Promise<Certification> {
    const startMs = clock.monotonicMs();
    let status = 'error';
    try {
      const certification = await access.certification(signal);
      status = 'success';
      return certification;
    } finally {
      metrics.authDuration.observe({ client_type }, (clock.monotonicMs() - startMs) / 1000);
      metrics.authRequests.series({ client_type, status }).add();
    }
  }

  function waitAfter({ error }: AttemptEnd): number | undefined {
    if (error instanceof CredentialsRefusedError) return REFUSED_MS;
    // The first time a new certification may do.
    if (error instanceof BrokerRefusedError) return refusals > 1 ? REFUSED_MS : undefined;
    return busyMs(error);
  }

  return {
    async run(signal) {
      await Promise.all([
        supervise(connectOnce, {
          signal,
          clock,
          backoff: createBackoff({ initialMs: FIRST_RECONNECT_MS, maxMs }),
          delayFor: waitAfter,
          report: (event) => {
            if (event.kind === 'started' && event.attempt > 1) metrics.mqttReconnections.series({ client_type }).add();
            if (event.kind !== 'ended' || event.waitMs === undefined) return;
            const nextAttemptSeconds = Math.round(event.waitMs / 1000);
            const err = event.error instanceof Error ? event.error.message : event.error;
            const advice = adviceFor(event.error, config.api_host ?? undefined);
            log.warn({ err, nextAttemptSeconds }, advice ?? 'the connection to the broker has ended');
          },
        }),
        watchSilence(context, clock, signal),
      ]);
    },
  };
}

/** Lets the values of silent devices go: nobody knows whether they still hold. */
async function watchSilence(
  { config, stations, log }: SourceContext,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const limitMs = SILENT_TIMEOUTS * config.mqtt_timeout * 1000;
  // One that the list calls on line may never say anything.
  const expectedSinceMs = new WeakMap<Station, number>();
  try {
    for (;;) {
      await clock.sleep(Math.min(config.idle_check_interval * 1000, limitMs), signal);
      for (const station of stations.all()) {
        const { lastDataMs, isOnline, sn } = station;
        if (isOnline !== true) continue;
        const sinceMs = lastDataMs ?? expectedSinceMs.get(station) ?? clock.now();
        expectedSinceMs.set(station, sinceMs);
        if (clock.now() - sinceMs < limitMs) continue;
        log.info({ sn, silentSeconds: Math.round((clock.now() - sinceMs) / 1000) }, 'device is silent');
        station.setOnline(false);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
