import { isDeepStrictEqual } from 'node:util';
import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import {
  type Credentials,
  DeviceReader,
  type FaultReason,
  faultReasonOf,
  type Newcomer,
  parseAddress,
  type RosterDevice,
  type Snapshot,
  type Whereabouts,
} from '@device-exporters/tplink';
import { DeviceSeries, type SeriesContext } from './device-series.ts';

/** One device and what is wanted of it. */
export interface DeviceOptions {
  readonly newcomer: Newcomer;
  readonly series: SeriesContext;
  /** The account of now; a changed password needs no restart. */
  account(): Credentials | undefined;
  /** Milliseconds for one exchange. */
  readonly exchangeTimeoutMs: number | undefined;
  /** Milliseconds for one reading. */
  readonly readTimeoutMs: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Something wrong that stays wrong is mentioned again after this time. */
const REMIND_EVERY_MS = 3_600_000;

/** Follows one device: reads it, and notes what it says, or why it does not. */
export class Device implements RosterDevice {
  #options: DeviceOptions;
  readonly #series: DeviceSeries;
  #reader: DeviceReader;
  /** With which the latest conversation was begun. */
  #account: Credentials | undefined;
  readonly #leaving = new AbortController();
  #moving = new AbortController();
  #latest: Snapshot | undefined;
  #deviceId: string | undefined;
  #isUp = false;
  #lastReason: FaultReason | undefined;
  #lastMentionedMs = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceOptions) {
    const { newcomer, series } = options;
    this.#options = options;
    this.#series = new DeviceSeries(series, newcomer.provisionalId);
    this.#reader = this.#createReader(newcomer.whereabouts);
  }

  /** What it is called until it says who it is. */
  get provisionalId(): string {
    return this.#options.newcomer.provisionalId;
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

  /** Whether its latest reading failed; false before the first. */
  get hasFailed(): boolean {
    return this.#lastReason !== undefined;
  }

  /** Fires when the device is not on the roster any more. */
  get gone(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Fires when the device turns up somewhere else: nothing that was found out about it before holds there. */
  get moved(): AbortSignal {
    return this.#moving.signal;
  }

  /** Milliseconds for which it should be left alone after a failure. */
  get restMs(): number {
    return this.#reader.restMs;
  }

  moveTo(whereabouts: Whereabouts): void {
    this.#reader.moveTo(whereabouts);
    this.#moving.abort(new Error('the device has moved'));
    this.#moving = new AbortController();
  }

  /** Goes on under another configuration; with a new conversation only where that wants one. */
  rejoin(options: DeviceOptions): void {
    const { exchangeTimeoutMs, readTimeoutMs } = this.#options;
    const isAsBefore = exchangeTimeoutMs === options.exchangeTimeoutMs && readTimeoutMs === options.readTimeoutMs;
    this.#options = options;
    this.#series.rejoin(options.series);
    const isAccountAsBefore = this.#isAccountAsBefore();
    if (isAsBefore && isAccountAsBefore) return;
    this.#reader.close();
    // A device that refuses this very account must not be asked anew with every reload.
    this.#reader = this.#createReader(this.whereabouts, isAccountAsBefore ? this.#reader : undefined);
  }

  /** Reads the device once and notes the outcome. Rejects only with the signal's reason. */
  async poll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    const { moved } = this;
    try {
      const { snapshot, protocol } = await this.#reader.read(signal);
      if (!this.#identify(snapshot.device.identity.deviceId)) return;
      const reach = { host: parseAddress(this.whereabouts.address).host, protocol };
      this.#series.succeed(snapshot, reach, clock.now(), clock.monotonicMs() - startMs);
      this.#succeeded(snapshot);
    } catch (error) {
      signal.throwIfAborted();
      // Cut off where it is no more; where it is now it has not failed, and is not to be left alone.
      if (moved.aborted) return this.#reader.moveTo(this.whereabouts);
      const reason = faultReasonOf(error);
      this.#series.fail(reason, clock.now(), clock.monotonicMs() - startMs);
      this.#failed(error, reason);
    }
  }

  health(): DeviceHealth {
    const { device } = this.#latest ?? {};
    return {
      isUp: this.#isUp,
      view: {
        device_id: this.#deviceId ?? this.provisionalId,
        host: this.whereabouts.address,
        alias: device?.identity.alias ?? '',
        model: device?.identity.model ?? '',
        up: this.#isUp,
      },
    };
  }

  /** Ends the conversation and all series. */
  dispose(): void {
    this.#leaving.abort(new Error('the device is not known any more'));
    this.#reader.close();
    this.#series.dispose();
  }

  #createReader(whereabouts: Whereabouts, predecessor?: DeviceReader): DeviceReader {
    const { exchangeTimeoutMs, readTimeoutMs, clock } = this.#options;
    const account = (): Credentials | undefined => {
      this.#account = this.#options.account();
      return this.#account;
    };
    return new DeviceReader({ whereabouts, account, exchangeTimeoutMs, readTimeoutMs, clock, predecessor });
  }

  #isAccountAsBefore(): boolean {
    try {
      return isDeepStrictEqual(this.#account, this.#options.account());
    } catch {
      // Its file cannot be read: the next conversation says so.
      return false;
    }
  }

  #identify(deviceId: string): boolean {
    if (this.#deviceId === deviceId) return true;
    if (!this.#options.newcomer.claim(deviceId)) return false;
    this.#deviceId = deviceId;
    this.#series.rename(deviceId);
    return true;
  }

  #succeeded(snapshot: Snapshot): void {
    const { alias, model, firmware } = snapshot.device.identity;
    const facts = { deviceId: this.#deviceId, alias, model, firmware };
    if (!this.#isUp) this.#options.log.info(facts, 'device is read');
    this.#latest = snapshot;
    this.#isUp = true;
    this.#lastReason = undefined;
  }

  #failed(error: unknown, reason: FaultReason): void {
    const { clock, log } = this.#options;
    this.#isUp = false;
    const nowMs = clock.monotonicMs();
    const isNews = reason !== this.#lastReason || nowMs - this.#lastMentionedMs >= REMIND_EVERY_MS;
    const facts = { reason, err: describeError(error), nextAttemptSeconds: Math.round(this.restMs / 1000) };
    if (!isNews) {
      log.debug(facts, 'device still cannot be read');
      return;
    }
    this.#lastReason = reason;
    this.#lastMentionedMs = nowMs;
    log.warn(facts, MESSAGES[reason] ?? 'device cannot be read');
  }
}

/** What a user can do about it. */
const MESSAGES: Partial<Readonly<Record<FaultReason, string>>> = {
  auth: 'the device refuses the login; check e-mail address (upper and lower case count) and password',
  third_party_disabled:
    'the device refuses third-party access; switch it on in the TP-Link app: Me > Third-Party Services > Third-Party Compatibility',
};
