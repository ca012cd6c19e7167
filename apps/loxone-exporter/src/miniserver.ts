import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import type { ApiKey, Structure } from '@device-exporters/loxone-protocol';
import type { Series, SeriesGroup, SeriesRegistry } from '@device-exporters/metrics';
import {
  type AttemptEnd,
  type Clock,
  createBackoff,
  type SupervisionEvent,
  supervise,
  type Timer,
} from '@device-exporters/retry';
import type { MiniserverConfig } from './config.ts';
import { ConnectionEnded, type EndReason } from './end-reason.ts';
import type { Filters } from './filters.ts';
import { House } from './house.ts';
import { endpointOf, type Identity } from './identity.ts';
import type { Metrics } from './metrics.ts';
import { sleepUntilReachable } from './reachability.ts';
import { type Memory, runSession } from './session.ts';
import { obtainStatusSeries, type StatusSeries } from './status-series.ts';
import { fileTokenStore, memoryTokenStore } from './token-store.ts';

/** One Miniserver and what is wanted of it. */
export interface MiniserverOptions {
  readonly config: MiniserverConfig;
  readonly filters: Filters;
  readonly includeTexts: boolean;
  /** How long values outlive a lost connection, in milliseconds; 0 keeps them until it is back. */
  readonly staleAfterMs: number;
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Names the Miniserver in every line. */
  readonly log: Log;
}

/** Waits between attempts: 1, 2, 4 … 30 s. A Generation 1 under a storm of reconnections cannot even boot. */
const BACKOFF = { initialMs: 1_000, maxMs: 30_000 };

/**
 * After a refused login. Each attempt counts towards a block of this address; at most two fall within 40 s (one may be a
 * token, the other the password), then one a minute.
 */
const REFUSED_FIRST_MS = 45_000;
const REFUSED_AGAIN_MS = 65_000;

/** After a block whose end the Miniserver does not tell, and the longest one that is believed. */
const BLOCKED_MS = 60_000;
const BLOCKED_MAX_MS = 3_600_000;

/** A Miniserver that stays away is mentioned again after this time. */
const REMIND_EVERY_MS = 600_000;

/** Follows one Miniserver for as long as the process lives: connection after connection, with waits in between. */
export class MiniserverSource {
  readonly #options: MiniserverOptions;
  readonly #values: SeriesGroup;
  readonly #own: SeriesGroup;
  readonly #status: StatusSeries;
  readonly #memory: Memory;
  #info: Series | undefined;
  #isConnected = false;
  #refusals = 0;
  #lastReason: EndReason | undefined;
  #lastMentionedMs = Number.NEGATIVE_INFINITY;
  #staleTimer: Timer | undefined;
  #isLeniencyMentioned = false;

  constructor(options: MiniserverOptions) {
    const { config, registry, metrics, log } = options;
    this.#options = options;
    this.#values = registry.group();
    this.#own = registry.group();
    this.#status = obtainStatusSeries(metrics, this.#own, config.name);
    const owner = `${config.username}@${config.host}/${config.name}`;
    this.#memory = {
      isTlsOnly: config.use_encryption || config.force_encryption,
      house: undefined,
      structureVersion: undefined,
      tokens: config.token_file === null ? memoryTokenStore() : fileTokenStore(config.token_file, owner, log),
    };
  }

  /** Follows the Miniserver until the signal fires; resolves when it has been said goodbye to. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await supervise((attempt, healthy) => this.#live(attempt, healthy), {
      signal,
      backoff: createBackoff(BACKOFF),
      delayFor: (end) => this.#leastWaitMs(end),
      report: (event) => this.#report(event),
      clock: { ...clock, sleep: (ms, until) => this.#wait(ms, until) },
    });
    this.#staleTimer?.cancel();
  }

  /** Ends all series of this Miniserver, after {@link run} has ended. */
  dispose(): void {
    this.#options.registry.removeGroup(this.#values);
    this.#options.registry.removeGroup(this.#own);
  }

  health(): DeviceHealth {
    const status = this.#status;
    return {
      isUp: this.#isConnected,
      view: {
        name: this.#options.config.name,
        connected: this.#isConnected,
        last_update: status.lastUpdate.value ?? null,
        controls_discovered: status.controlsDiscovered.value ?? 0,
        controls_exported: status.controlsExported.value ?? 0,
      },
    };
  }

  async #live(signal: AbortSignal, healthy: () => void): Promise<void> {
    const { config, clock, log } = this.#options;
    const settle = (structure: Structure, identity: Identity): House => this.#settle(structure, identity);
    const session = { config, clock, log, memory: this.#memory, status: this.#status, settle };
    try {
      await runSession(session, signal, (identity) => {
        healthy();
        this.#connected(identity);
      });
    } finally {
      this.#disconnected();
    }
  }

  #settle(structure: Structure, { apiKey }: Identity): House {
    const { config, filters, includeTexts, registry, metrics, log } = this.#options;
    const group = this.#values;
    const house = new House(structure, { miniserver: config.name, registry, metrics, group, filters, includeTexts });
    this.#status.controlsDiscovered.set(house.discovered);
    this.#status.controlsExported.set(house.exported);
    this.#describe(structure, apiKey);
    log.info(
      { controls: house.discovered, modified: structure.lastModified, skippedStates: structure.skippedStates },
      'structure file loaded',
    );
    return house;
  }

  #describe({ miniserver }: Structure, { serial, version }: ApiKey): void {
    const { config, metrics } = this.#options;
    const info = this.#own.series(metrics.miniserverInfo, {
      miniserver: config.name,
      serial: miniserver.serial || (serial ?? ''),
      version: version ?? '',
      type: miniserver.type === undefined ? '' : `${miniserver.type}`,
      project: miniserver.projectName,
    });
    if (this.#info !== undefined && this.#info.handle !== info.handle) {
      this.#own.release(metrics.miniserverInfo, this.#info);
    }
    info.set(1);
    this.#info = info;
  }

  #connected({ endpoint, apiKey }: Identity): void {
    const { log } = this.#options;
    this.#isConnected = true;
    this.#refusals = 0;
    this.#lastReason = undefined;
    this.#staleTimer?.cancel();
    this.#status.connected.set(1);
    log.info({ serial: apiKey.serial, firmware: apiKey.version, tls: endpoint.isTls }, 'connected');
    if (endpoint.tls.rejectUnauthorized !== false || this.#isLeniencyMentioned) return;
    this.#isLeniencyMentioned = true;
    log.warn({}, 'the certificate of the Miniserver is not verified; tls_verify would do so');
  }

  #disconnected(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#status.connected.set(0);
    const { staleAfterMs, clock, log } = this.#options;
    if (staleAfterMs === 0) return;
    this.#staleTimer = clock.after(staleAfterMs, () => {
      this.#memory.house?.clear();
      this.#status.controlsExported.set(0);
      log.info({ staleAfterMs }, 'values are stale and no longer exported');
    });
  }

  /** Counts and mentions how an attempt ended: at once when the reason is a new one, now and then while it stays. */
  #report(event: SupervisionEvent): void {
    if (event.kind === 'started' || event.waitMs === undefined) return;
    const { clock, log } = this.#options;
    const { error, waitMs } = event;
    const reason = reasonOf(error);
    this.#status.reconnects[reason].add();
    if (reason === 'authentication') this.#refusals++;
    const nowMs = clock.monotonicMs();
    const isNews =
      reason !== this.#lastReason || reason === 'authentication' || nowMs - this.#lastMentionedMs >= REMIND_EVERY_MS;
    const facts = { reason, err: describeError(error), nextAttemptSeconds: Math.round(waitMs / 1000) };
    if (!isNews) {
      log.debug(facts, 'still not connected');
      return;
    }
    this.#lastReason = reason;
    this.#lastMentionedMs = nowMs;
    if (reason === 'authentication') log.error(facts, 'login refused; check user and password');
    else log.warn(facts, 'not connected');
  }

  /** More than the usual wait, where haste would do harm. */
  #leastWaitMs({ error }: AttemptEnd): number | undefined {
    if (!(error instanceof ConnectionEnded)) return undefined;
    if (error.reason === 'authentication') return this.#refusals === 0 ? REFUSED_FIRST_MS : REFUSED_AGAIN_MS;
    if (error.reason === 'blocked') return Math.min(Math.max(error.stayAwayMs ?? 0, BLOCKED_MS), BLOCKED_MAX_MS);
    return undefined;
  }

  #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    if (this.#lastReason !== 'unreachable') return clock.sleep(waitMs, signal);
    return sleepUntilReachable(endpointOf(config, this.#memory.isTlsOnly), waitMs, signal, clock);
  }
}

/** Whatever is not the network's or the login's fault is what the Miniserver said: it could not be read. */
function reasonOf(error: unknown): EndReason {
  return error instanceof ConnectionEnded ? error.reason : 'protocol';
}
