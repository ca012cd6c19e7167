import type { DeviceHealth, Log } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import { type Credentials, type DiscoveredDevice, parseAddress } from '@device-exporters/tplink';
import type { TapoConfig } from './config.ts';
import { Device, type Whereabouts } from './device.ts';
import type { SeriesContext } from './device-series.ts';
import { createGate, type Gate } from './gate.ts';

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

/** A device on the list. */
interface Entry {
  readonly device: Device;
  readonly isListed: boolean;
  readonly stop: AbortController;
  following: Promise<void>;
  /** When it was last found or read, by the monotonic clock. */
  lastSeenMs: number;
}

/** Discovery that fails altogether, as without a network, is tried again soon. */
const DISCOVERY_RETRY_MS = 10_000;

/** The devices that are known: those of the configuration, and those that are found. */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #gate: Gate;
  /** By the address as listed, or by what discovery knows a device by. */
  readonly #entries = new Map<string, Entry>();
  #collecting: Promise<void> | undefined;

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.#gate = createGate(options.config.max_concurrent_devices);
  }

  /** Follows all devices until the signal fires. Rejects never. */
  async run(signal: AbortSignal): Promise<void> {
    const { config, discover } = this.#options;
    for (const address of config.devices) this.#add(address, { address, hint: undefined }, address, true, signal);
    this.#count();
    if (discover !== undefined) await this.#discoverAgainAndAgain(discover, signal);
    else await new Promise<void>((resolve) => onAbort(signal, resolve));
    await Promise.all([...this.#entries.values()].map(({ following }) => following));
    for (const { device } of this.#entries.values()) device.dispose();
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
    return [...this.#entries.values()].map(({ device }) => device.health());
  }

  async #collectOnce(signal: AbortSignal): Promise<void> {
    const due = [...this.#entries.values()].filter(({ device }) => !device.isResting);
    await Promise.all(
      due.map((entry) => this.#poll(entry, AbortSignal.any([signal, entry.stop.signal])).catch(() => {})),
    );
  }

  async #discoverAgainAndAgain(discover: Discover, signal: AbortSignal): Promise<void> {
    const { config, clock, log } = this.#options;
    for (;;) {
      let waitMs = config.rediscovery_interval * 1000;
      try {
        const found = await discover(signal);
        for (const device of found) this.#found(device, signal);
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'devices cannot be looked for; listed ones are read all the same');
        waitMs = Math.min(waitMs, DISCOVERY_RETRY_MS);
      }
      this.#forget();
      this.#count();
      try {
        await clock.sleep(waitMs, signal);
      } catch {
        return;
      }
    }
  }

  #found(found: DiscoveredDevice, signal: AbortSignal): void {
    const { log } = this.#options;
    const whereabouts: Whereabouts = { address: addressOf(found), hint: found.hint };
    const known = this.#entries.get(found.key) ?? this.#listedAt(found.host);
    if (known === undefined) {
      log.info({ address: whereabouts.address, model: found.model, protocol: found.hint.protocol }, 'device found');
      this.#add(found.key, whereabouts, found.discoveryId || found.key, false, signal);
      return;
    }
    known.lastSeenMs = this.#options.clock.monotonicMs();
    if (known.isListed || isSame(known.device.whereabouts, whereabouts)) return;
    // One that is read where it is stays there: another answer to discovery may be of its other port.
    if (known.device.isUp && parseAddress(known.device.whereabouts.address).host === found.host) return;
    log.info({ address: whereabouts.address, protocol: found.hint.protocol }, 'device has moved');
    known.device.moveTo(whereabouts);
  }

  #listedAt(host: string): Entry | undefined {
    return [...this.#entries.values()].find(
      ({ isListed, device }) => isListed && parseAddress(device.whereabouts.address).host === host,
    );
  }

  #add(key: string, whereabouts: Whereabouts, provisionalId: string, isListed: boolean, signal: AbortSignal): void {
    const { config, series, account, clock, log } = this.#options;
    const { timeout } = config.discovery_options;
    const device = new Device({
      whereabouts,
      provisionalId,
      series,
      account,
      exchangeTimeoutMs: timeout === null ? undefined : timeout * 1000,
      clock,
      log: log.child({ device: whereabouts.address }),
      onIdentified: (deviceId) => this.#claim(key, deviceId),
    });
    const stop = new AbortController();
    const entry: Entry = { device, isListed, stop, lastSeenMs: clock.monotonicMs(), following: Promise.resolve() };
    this.#entries.set(key, entry);
    entry.following = this.#follow(entry, AbortSignal.any([signal, stop.signal]));
  }

  /** Reads a device again and again; nothing where devices are read when somebody scrapes. */
  async #follow(entry: Entry, signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    const { refresh_interval } = config.prometheus_options;
    if (refresh_interval === null) return;
    try {
      for (;;) {
        const startMs = clock.monotonicMs();
        await this.#poll(entry, signal);
        await clock.sleep(entry.device.waitMs(refresh_interval * 1000, clock.monotonicMs() - startMs), signal);
      }
    } catch {
      // Only the signal ends this.
    }
  }

  async #poll(entry: Entry, signal: AbortSignal): Promise<void> {
    await this.#gate.run(() => entry.device.poll(signal), signal);
    if (entry.device.isUp) entry.lastSeenMs = this.#options.clock.monotonicMs();
  }

  /** One device under two addresses, listed and found or listed twice, is followed under the one that was first. */
  #claim(key: string, deviceId: string): boolean {
    const owner = [...this.#entries].find(([other, { device }]) => other !== key && device.deviceId === deviceId);
    if (owner === undefined) return true;
    this.#options.log.info({ deviceId, address: owner[1].device.whereabouts.address }, 'device is known already');
    this.#remove(key);
    return false;
  }

  #forget(): void {
    const { config, clock, log } = this.#options;
    const goneSinceMs = clock.monotonicMs() - config.forget_after * 1000;
    for (const [key, { isListed, lastSeenMs, device }] of this.#entries) {
      if (isListed || lastSeenMs > goneSinceMs) continue;
      log.info({ device: device.whereabouts.address }, 'device is gone and forgotten');
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    entry.stop.abort(new Error('the device is not known any more'));
    entry.device.dispose();
    this.#count();
  }

  #count(): void {
    this.#options.series.metrics.discoveredDevices.series().set(this.#entries.size);
  }
}

export function addressOf({ host, hint }: DiscoveredDevice): string {
  const authority = host.includes(':') ? `[${host}]` : host;
  return `${authority}:${hint.port}`;
}

function isSame(a: Whereabouts, b: Whereabouts): boolean {
  return a.address === b.address && a.hint?.protocol === b.hint?.protocol && a.hint?.payload === b.hint?.payload;
}

function onAbort(signal: AbortSignal, call: () => void): void {
  if (signal.aborted) call();
  else signal.addEventListener('abort', () => call(), { once: true });
}
