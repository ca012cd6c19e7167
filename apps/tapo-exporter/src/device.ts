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
  readonly #options: DeviceOptions;
  readonly #series: DeviceSeries;
  readonly #reader: DeviceReader;
  readonly #leaving = new AbortController();
  #latest: Snapshot | undefined;
  #deviceId: string | undefined;
  #isUp = false;
  #lastReason: FaultReason | undefined;
  #lastMentionedMs = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceOptions) {
    const { newcomer, series, ...reading } = options;
    this.#options = options;
    this.#series = new DeviceSeries(series, newcomer.provisionalId);
    this.#reader = new DeviceReader({ whereabouts: newcomer.whereabouts, ...reading });
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

  /** Fires when the device is not on the roster any more. */
  get gone(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Milliseconds for which it should be left alone after a failure. */
  get restMs(): number {
    return this.#reader.restMs;
  }

  moveTo(whereabouts: Whereabouts): void {
    this.#reader.moveTo(whereabouts);
  }

  /** Reads the device once and notes the outcome. Rejects only with the signal's reason. */
  async poll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      const { snapshot, protocol } = await this.#reader.read(signal);
      if (!this.#identify(snapshot.device.identity.deviceId)) return;
      const reach = { host: parseAddress(this.whereabouts.address).host, protocol };
      this.#series.succeed(snapshot, reach, clock.now(), clock.monotonicMs() - startMs);
      this.#succeeded(snapshot);
    } catch (error) {
      signal.throwIfAborted();
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
        device_id: this.#deviceId ?? this.#options.newcomer.provisionalId,
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
