import type { DeviceHealth, Log } from '@device-exporters/exporter';
import { type Clock, createGate, DeadlineExceededError, type Gate, withDeadline } from '@device-exporters/retry';
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
  /** From the configuration before this one: what is the same in both goes on undisturbed. */
  readonly heritage?: Heritage | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one configuration leaves to the next. */
export interface Heritage {
  readonly devices: readonly Device[];
  /** Those of them that were found, as they have last answered. */
  readonly found: readonly DiscoveredDevice[];
}

/** Discovery that fails altogether, as without a network, is tried again soon. */
const DISCOVERY_RETRY_MS = 10_000;

/** Scrapers give up after ten seconds, unless told otherwise. */
const COLLECT_TIMEOUT_MS = 9_000;

/** One device, when somebody waits for it. */
const READ_ON_SCRAPE_TIMEOUT_MS = 8_000;

/** One that could not be read the last time, when somebody waits for it. */
const WAIT_FOR_FAILED_MS = 1_000;

/** The devices that are known, each followed in a loop of its own. */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #gate: Gate;
  readonly #roster: Roster<Device>;
  readonly #followed = new WeakSet<Device>();
  readonly #loops = new Set<Promise<void>>();
  readonly #found = new Map<string, DiscoveredDevice>();
  readonly #heirs: Map<string, Device>;
  /** Ends the readings that scrapes ask for: no single scraper's going does. */
  readonly #ending = new AbortController();
  readonly #beingRead = new Set<Device>();
  #collecting: Promise<void> | undefined;

  constructor(options: DevicesOptions) {
    const { config, clock, log, heritage } = options;
    this.#options = options;
    this.#heirs = new Map(heritage?.devices.map((device) => [device.provisionalId, device]));
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
    this.#enterUpon();
    try {
      for (;;) {
        this.#roster.list(this.#options.config.devices);
        this.#followNewcomers(signal);
        const startMs = this.#options.clock.monotonicMs();
        const waitMs = (await this.#lookAround(discover, signal)) - (this.#options.clock.monotonicMs() - startMs);
        await this.#options.clock.sleep(Math.max(waitMs, 0), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    this.#ending.abort(new Error('devices are not followed any more'));
    await Promise.all([...this.#loops, this.#collecting]);
  }

  /** Leaves everything to the next configuration, once {@link run} has ended. */
  handOver(): Heritage {
    const devices = this.#roster.devices();
    const ids = new Set(devices.map(({ provisionalId }) => provisionalId));
    return { devices, found: [...this.#found.values()].filter((found) => ids.has(provisionalIdOf(found))) };
  }

  /** Ends all conversations and series, once {@link run} has ended. */
  dispose(): void {
    this.#roster.dispose();
  }

  /**
   * Reads every device now, those that rest after a failure left out: for configurations that read when somebody scrapes.
   * Who asks meanwhile gets the same reading. Nobody waits longer than a scraper would; what is late is for the next one.
   */
  async collect(signal: AbortSignal): Promise<void> {
    this.#collecting ??= this.#collectOnce().finally(() => {
      this.#collecting = undefined;
    });
    const { clock } = this.#options;
    const reading = this.#collecting;
    try {
      await withDeadline(COLLECT_TIMEOUT_MS, () => reading, { what: 'reading all devices', signal, clock });
    } catch (error) {
      if (!signal.aborted && !(error instanceof DeadlineExceededError)) throw error;
    }
  }

  health(): DeviceHealth[] {
    return this.#roster.devices().map((device) => device.health());
  }

  /** Takes over what the configuration before has left, and lets go what this one does not want. */
  #enterUpon(): void {
    const { config, discover, heritage } = this.#options;
    this.#roster.list(config.devices);
    if (discover !== undefined && heritage !== undefined) this.#noteFound(heritage.found);
    for (const device of this.#heirs.values()) device.dispose();
    this.#heirs.clear();
  }

  #noteFound(found: readonly DiscoveredDevice[]): void {
    for (const device of found) this.#found.set(device.key, device);
    this.#roster.found(found);
  }

  /** @returns milliseconds until it should be looked again */
  async #lookAround(discover: Discover, signal: AbortSignal): Promise<number> {
    const { config, log } = this.#options;
    const usualMs = config.rediscovery_interval * 1000;
    try {
      this.#noteFound(await discover(signal));
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
    const isReadOnScrape = config.prometheus_options.refresh_interval === null;
    const options = {
      newcomer,
      series,
      account,
      exchangeTimeoutMs: timeout === null ? undefined : timeout * 1000,
      readTimeoutMs: isReadOnScrape ? READ_ON_SCRAPE_TIMEOUT_MS : undefined,
      clock,
      log: log.child({ device: newcomer.whereabouts.address }),
    };
    const heir = this.#heirs.get(newcomer.provisionalId);
    if (heir === undefined) return new Device(options);
    this.#heirs.delete(newcomer.provisionalId);
    heir.rejoin(options);
    return heir;
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
    let leftMs = 0;
    while (!signal.aborted) {
      const { moved } = device;
      const waitMs = Math.max(device.restMs, leftMs);
      try {
        if (waitMs > 0) await clock.sleep(waitMs, AbortSignal.any([signal, moved]));
        const startMs = clock.monotonicMs();
        await this.#poll(device, signal);
        leftMs = refresh_interval * 1000 - (clock.monotonicMs() - startMs);
      } catch (error) {
        if (!signal.aborted && !moved.aborted) throw error;
      }
      if (moved.aborted) leftMs = 0;
    }
  }

  /** One that could not be read the last time is read as well, but nobody waits long for it. */
  async #collectOnce(): Promise<void> {
    const due = this.#roster.devices().filter((device) => device.restMs === 0 && !this.#beingRead.has(device));
    const awaited = due.map((device) => {
      const reading = this.#readOnce(device);
      return device.hasFailed ? Promise.race([reading, this.#shortly()]) : reading;
    });
    await Promise.all(awaited);
  }

  async #shortly(): Promise<void> {
    await this.#options.clock.sleep(WAIT_FOR_FAILED_MS, this.#ending.signal).catch(() => {});
  }

  /** Reads a device for a scrape. Rejects never. */
  #readOnce(device: Device): Promise<void> {
    this.#beingRead.add(device);
    const reading = this.#poll(device, AbortSignal.any([this.#ending.signal, device.gone]))
      .catch(() => {})
      .finally(() => {
        this.#beingRead.delete(device);
        this.#loops.delete(reading);
      });
    this.#loops.add(reading);
    return reading;
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

/** What a device that was found is called until it says who it is. */
function provisionalIdOf({ discoveryId, key }: DiscoveredDevice): string {
  return discoveryId || key;
}
