import type { DeviceHealth, Log } from '@device-exporters/exporter';
import { type Clock, createGate, type Gate } from '@device-exporters/retry';
import { type Credentials, type DiscoveredDevice, type Newcomer, Roster } from '@device-exporters/tplink';
import type { TapoConfig } from './config.ts';
import { Device } from './device.ts';
import type { SeriesContext } from './device-series.ts';

/** Looks at the network once; resolves with who has answered. */
export type Discover = (signal: AbortSignal) => Promise<readonly DiscoveredDevice[]>;

/** What the set of devices works with. */
export interface DevicesOptions {
  readonly config: TapoConfig;
  readonly series: SeriesContext;
  account(): Credentials | undefined;
  /** Undefined: discovery is off. */
  readonly discover: Discover | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where devices are read while somebody waits for the page: less than what Prometheus waits for, ten seconds. */
const READ_WHILE_SCRAPED_MS = 4_000;

/** Discovery that fails altogether, as without a network, is tried again soon. */
const DISCOVERY_RETRY_MS = 10_000;

/** The devices that are known, each followed in a loop of its own. */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #gate: Gate;
  readonly #roster: Roster<Device>;
  readonly #followed = new WeakSet<Device>();
  readonly #loops = new Set<Promise<void>>();
  #collecting: Promise<void> | undefined;

  constructor(options: DevicesOptions) {
    const { config, clock, log } = options;
    this.#options = options;
    this.#gate = createGate(config.max_concurrent_devices);
    this.#roster = new Roster({
      create: (newcomer) => this.#create(newcomer),
      forgetAfterMs: config.forget_after * 1000,
      clock,
      tell: (news, { whereabouts: { address, hint } }) => {
        const level = news === 'known already' ? 'debug' : 'info';
        log[level]({ device: address, ...(hint && { protocol: hint.protocol }) }, `device ${news}`);
        this.#count();
      },
    });
  }

  /** Follows all devices until the signal fires. Rejects never. */
  async run(signal: AbortSignal): Promise<void> {
    const { discover = nobody } = this.#options;
    try {
      for (;;) {
        this.#roster.list(this.#options.config.devices);
        this.#followNewcomers(signal);
        const waitMs = await this.#lookAround(discover, signal);
        await this.#options.clock.sleep(waitMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await Promise.all(this.#loops);
    this.#roster.dispose();
  }

  /**
   * Reads every device now, those that rest after a failure left out: for configurations that read when somebody scrapes.
   * Who asks meanwhile gets the same reading.
   */
  collect(signal: AbortSignal): Promise<void> {
    this.#collecting ??= this.#collectOnce(signal).finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  health(): DeviceHealth[] {
    return this.#roster.devices().map((device) => device.health());
  }

  /** @returns milliseconds until it should be looked again */
  async #lookAround(discover: Discover, signal: AbortSignal): Promise<number> {
    const { config, log } = this.#options;
    const usualMs = config.rediscovery_interval * 1000;
    try {
      this.#roster.found(await discover(signal));
      return usualMs;
    } catch (err) {
      signal.throwIfAborted();
      log.warn({ err }, 'devices cannot be looked for; listed ones are read all the same');
      return Math.min(usualMs, DISCOVERY_RETRY_MS);
    } finally {
      this.#roster.forget();
      this.#followNewcomers(signal);
    }
  }

  #create(newcomer: Newcomer): Device {
    const { config, series, account, clock, log } = this.#options;
    const { timeout } = config.discovery_options;
    return new Device({
      newcomer,
      series,
      account,
      exchangeTimeoutMs: timeout === null ? undefined : timeout * 1000,
      readTimeoutMs: config.prometheus_options.refresh_interval === null ? READ_WHILE_SCRAPED_MS : undefined,
      clock,
      log: log.child({ device: newcomer.whereabouts.address }),
    });
  }

  #followNewcomers(signal: AbortSignal): void {
    for (const device of this.#roster.devices()) {
      if (this.#followed.has(device)) continue;
      this.#followed.add(device);
      const loop = this.#follow(device, AbortSignal.any([signal, device.gone])).finally(() => this.#loops.delete(loop));
      this.#loops.add(loop);
    }
    this.#count();
  }

  /** Reads a device again and again; nothing where devices are read when somebody scrapes. */
  async #follow(device: Device, signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    const { refresh_interval } = config.prometheus_options;
    if (refresh_interval === null) return;
    try {
      for (;;) {
        const startMs = clock.monotonicMs();
        await this.#poll(device, signal);
        const leftMs = refresh_interval * 1000 - (clock.monotonicMs() - startMs);
        await clock.sleep(Math.max(device.restMs, leftMs, 0), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #collectOnce(signal: AbortSignal): Promise<void> {
    const due = this.#roster.devices().filter(({ restMs }) => restMs === 0);
    await Promise.all(due.map((device) => this.#poll(device, AbortSignal.any([signal, device.gone])).catch(() => {})));
  }

  async #poll(device: Device, signal: AbortSignal): Promise<void> {
    await this.#gate.run(() => device.poll(signal), signal);
    if (device.isUp) this.#roster.seen(device);
  }

  #count(): void {
    this.#options.series.metrics.discoveredDevices.series().set(this.#roster.size);
  }
}

/** Where discovery is off. */
async function nobody(): Promise<readonly DiscoveredDevice[]> {
  return [];
}
