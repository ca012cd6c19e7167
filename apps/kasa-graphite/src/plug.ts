import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import { foldSegment, type NamedDevice } from '@device-exporters/graphite';
import type { SeriesGroup } from '@device-exporters/metrics';
import type { Clock } from '@device-exporters/retry';
import {
  type Credentials,
  DeviceReader,
  type FaultReason,
  faultReasonOf,
  type Newcomer,
  type RosterDevice,
  type Snapshot,
  type Whereabouts,
} from '@device-exporters/tplink';
import { leafValues, type Readings } from './metrics.ts';
import type { PlugStatus } from './plug-status.ts';

/** What a device leaves to the one that reads it under the next configuration. */
export interface PlugLegacy {
  /** Undefined where the account is another one. */
  readonly reader: DeviceReader | undefined;
  /** What it and its outlets are called on the page. */
  readonly names: readonly string[];
}

/** One device and what is wanted of it. */
export interface PlugOptions {
  readonly newcomer: Newcomer;
  readonly readings: Readings;
  readonly status: PlugStatus;
  account(): Credentials | undefined;
  readonly exchangeTimeoutMs: number;
  /** What has become of it under the configuration before. */
  readonly legacy: PlugLegacy | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** One device: a plug, or a strip with its outlets. */
export class Plug implements RosterDevice {
  readonly #options: Omit<PlugOptions, 'legacy'>;
  readonly #reader: DeviceReader;
  readonly #readings: SeriesGroup;
  readonly #leaving = new AbortController();
  #latest: Snapshot | undefined;
  #deviceId: string | undefined;
  #isUp = false;
  #lastReason: FaultReason | undefined;
  #reading: Promise<boolean> | undefined;

  constructor(options: PlugOptions) {
    const { legacy, ...own } = options;
    const { newcomer, account, exchangeTimeoutMs, clock, readings } = own;
    this.#options = own;
    const { whereabouts } = newcomer;
    this.#reader = new DeviceReader({ whereabouts, account, exchangeTimeoutMs, clock, predecessor: legacy?.reader });
    this.#readings = readings.registry.group();
    // One that is down keeps its names, and whoever watches it by them.
    options.status.isKnownAs(legacy?.names ?? [newcomer.provisionalId]);
  }

  /** What it is called until it says who it is. */
  get provisionalId(): string {
    return this.#options.newcomer.provisionalId;
  }

  get legacy(): PlugLegacy {
    return { reader: this.#reader, names: this.#options.status.names };
  }

  get deviceId(): string | undefined {
    return this.#deviceId;
  }

  get whereabouts(): Whereabouts {
    return this.#reader.whereabouts;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether a reading is under way. */
  get isBusy(): boolean {
    return this.#reading !== undefined;
  }

  /** Whether it failed a moment ago and is left alone for a while. */
  get isResting(): boolean {
    return this.#reader.restMs > 0;
  }

  /** Ids of the device and its outlets, as far as they have something to tell. */
  get partIds(): readonly string[] {
    return this.#latest === undefined ? [] : partsOf(this.#latest).map(({ id }) => id);
  }

  /** The device itself, once it has said who it is. */
  get named(): NamedDevice | undefined {
    const { deviceId, alias } = this.#latest?.device.identity ?? {};
    return deviceId === undefined ? undefined : { id: deviceId, alias };
  }

  /** Its outlets: `<strip>_<outlet>`, as outlets of two strips may have the same name. @param name of the strip */
  outletsOf(name: string): readonly NamedDevice[] {
    return (this.#latest?.children ?? []).map(({ identity }, index) => ({
      id: identity.childId,
      alias: `${name} ${foldSegment(identity.alias) || index + 1}`,
    }));
  }

  moveTo(whereabouts: Whereabouts): void {
    this.#reader.moveTo(whereabouts);
  }

  /** Reads the device once. @returns whether it said anything @throws the signal's reason alone */
  async read(signal: AbortSignal): Promise<boolean> {
    this.#reading = this.#readOnce(AbortSignal.any([signal, this.#leaving.signal]));
    try {
      return await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  /** What it said, under these names: the series of its readings. */
  readingsAs(names: ReadonlyMap<string, string>, atMs: number): SeriesGroup {
    const { families } = this.#options.readings;
    const parts = this.#latest === undefined ? [] : partsOf(this.#latest);
    const known = parts.flatMap((part) => {
      const device = names.get(part.id);
      return device === undefined ? [] : [{ ...part, device }];
    });
    this.#readings.replace((put) => {
      for (const { device, values } of known) {
        for (const { measurement, value } of values) put(families[measurement], { device }, value);
      }
    }, atMs);
    this.#options.status.isKnownAs(known.map(({ device }) => device));
    this.#options.status.succeed(atMs);
    return this.#readings;
  }

  health(): DeviceHealth {
    const { alias = '', model = '' } = this.#latest?.device.identity ?? {};
    return {
      isUp: this.#isUp,
      view: {
        device: this.#options.status.name,
        host: this.whereabouts.address,
        alias,
        model,
        up: this.#isUp,
      },
    };
  }

  dispose(): void {
    this.#leaving.abort(new Error('the device is not known any more'));
    this.#reader.close();
    this.#options.readings.registry.removeGroup(this.#readings);
    this.#options.status.dispose();
  }

  async #readOnce(signal: AbortSignal): Promise<boolean> {
    try {
      const { snapshot } = await this.#reader.read(signal);
      if (!this.#identify(snapshot.device.identity.deviceId)) return false;
      this.#latest = snapshot;
      if (!this.#isUp) this.#options.log.info(this.#facts(), 'device is read');
      this.#isUp = true;
      this.#lastReason = undefined;
      return true;
    } catch (error) {
      if (this.#leaving.signal.aborted) return false;
      signal.throwIfAborted();
      this.#failed(error, faultReasonOf(error));
      return false;
    }
  }

  #identify(deviceId: string): boolean {
    if (this.#deviceId === deviceId) return true;
    if (!this.#options.newcomer.claim(deviceId)) return false;
    this.#deviceId = deviceId;
    return true;
  }

  #failed(error: unknown, reason: FaultReason): void {
    this.#isUp = false;
    this.#readings.clear();
    this.#options.status.fail(reason);
    // The first time it is a warning; what stays wrong is repeated more quietly.
    const level = reason === this.#lastReason ? 'info' : 'warn';
    this.#lastReason = reason;
    this.#options.log[level]({ ...this.#facts(), reason, err: describeError(error) }, 'device cannot be read');
  }

  #facts() {
    const { model } = this.#latest?.device.identity ?? {};
    return { device: this.#options.status.name, address: this.whereabouts.address, ...(model && { model }) };
  }
}

/** A device and its outlets, those that have something to tell. */
function partsOf({ device, children }: Snapshot) {
  return [device, ...children]
    .map(({ identity, measurements }) => ({
      id: identity.childId || identity.deviceId,
      values: leafValues(measurements),
    }))
    .filter(({ values }) => values.length > 0);
}
