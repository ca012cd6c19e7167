import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import { type Clock, createBackoff, DeadlineExceededError, withDeadline } from '@device-exporters/retry';
import {
  type Connection,
  type ConnectionHint,
  type Credentials,
  connectTo,
  createPolledDevice,
  DeviceError,
  type FaultReason,
  type Link,
  type PolledDevice,
  parseAddress,
  type Snapshot,
} from '@device-exporters/tplink';
import { DeviceSeries, type SeriesContext } from './device-series.ts';

/** Where a device is and how it is spoken to, as far as somebody knows. */
export interface Whereabouts {
  /** `host`, `host:port`, `xor://host` … */
  readonly address: string;
  /** From discovery. */
  readonly hint: ConnectionHint | undefined;
}

/** One device and what is wanted of it. */
export interface DeviceOptions {
  readonly whereabouts: Whereabouts;
  /** Its label `device_id` until it has said who it is. */
  readonly provisionalId: string;
  readonly series: SeriesContext;
  /** The account of now; a changed password needs no restart. */
  account(): Credentials | undefined;
  /** Milliseconds for one exchange. */
  readonly exchangeTimeoutMs: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Told who the device is when it first says so; false: that one is followed already. */
  onIdentified(deviceId: string): boolean;
}

/** Longer than any healthy device takes, all its exchanges together. */
const POLL_TIMEOUT_MS = 15_000;

/** Waits after a failure: 1, 2, 4 … 60 s. */
const BACKOFF = { initialMs: 1_000, maxMs: 60_000 };

/**
 * After a refused login: devices lock accounts out after too many, for minutes. One try can be three logins; the wait is
 * more than a minute even where chance makes it shorter.
 */
const REFUSED_BACKOFF = { initialMs: 80_000, maxMs: 900_000 };

/** Something wrong that stays wrong is mentioned again after this time. */
const REMIND_EVERY_MS = 3_600_000;

/** Follows one device: reads it, notes what it says, and waits longer the longer it fails. */
export class Device {
  readonly #options: DeviceOptions;
  readonly #series: DeviceSeries;
  readonly #backoff = createBackoff(BACKOFF);
  readonly #refusedBackoff = createBackoff(REFUSED_BACKOFF);
  #whereabouts: Whereabouts;
  #connection: Connection;
  #polled: { readonly link: Link; readonly device: PolledDevice } | undefined;
  #latest: Snapshot | undefined;
  #deviceId: string | undefined;
  #isUp = false;
  /** When the next reading may be tried, by the monotonic clock; nothing while the device answers. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #lastReason: FaultReason | undefined;
  #lastMentionedMs = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#whereabouts = options.whereabouts;
    this.#series = new DeviceSeries(options.series, options.provisionalId);
    this.#connection = this.#connect();
  }

  /** Who the device is, once it has said so. */
  get deviceId(): string | undefined {
    return this.#deviceId;
  }

  get whereabouts(): Whereabouts {
    return this.#whereabouts;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Milliseconds until the device should be asked again, were it to be asked every `intervalMs`. */
  waitMs(intervalMs: number, sinceStartMs: number): number {
    const untilAllowedMs = this.#notBeforeMs - this.#options.clock.monotonicMs();
    return Math.max(untilAllowedMs, intervalMs - sinceStartMs, 0);
  }

  /** Whether it failed a moment ago and is left alone for a while. */
  get isResting(): boolean {
    return this.#options.clock.monotonicMs() < this.#notBeforeMs;
  }

  /** The device is somewhere else now, or speaks otherwise. */
  moveTo(whereabouts: Whereabouts): void {
    this.#connection.close();
    this.#whereabouts = whereabouts;
    this.#polled = undefined;
    this.#connection = this.#connect();
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  /** Reads the device once and notes the outcome. Rejects only with the signal's reason. */
  async poll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      const { snapshot, link } = await this.#read(signal);
      const { deviceId } = snapshot.device.identity;
      if (!this.#identify(deviceId)) return;
      const reach = { host: parseAddress(this.#whereabouts.address).host, protocol: link.transport.protocol };
      this.#series.succeed(snapshot, reach, clock.now(), clock.monotonicMs() - startMs);
      this.#succeeded(snapshot);
    } catch (error) {
      signal.throwIfAborted();
      const reason = reasonOf(error);
      this.#series.fail(reason, clock.now(), clock.monotonicMs() - startMs);
      this.#failed(error, reason);
    }
  }

  health(): DeviceHealth {
    const { device } = this.#latest ?? {};
    return {
      isUp: this.#isUp,
      view: {
        device_id: this.#deviceId ?? this.#options.provisionalId,
        host: this.#whereabouts.address,
        alias: device?.identity.alias ?? '',
        model: device?.identity.model ?? '',
        up: this.#isUp,
      },
    };
  }

  /** Ends the conversation and all series. */
  dispose(): void {
    this.#connection.close();
    this.#series.dispose();
  }

  #connect(): Connection {
    const { account, clock, exchangeTimeoutMs } = this.#options;
    return connectTo(this.#whereabouts, { credentials: account(), clock, timeoutMs: exchangeTimeoutMs });
  }

  async #read(signal: AbortSignal): Promise<{ snapshot: Snapshot; link: Link }> {
    const { clock } = this.#options;
    const what = `reading ${this.#whereabouts.address}`;
    return withDeadline(
      POLL_TIMEOUT_MS,
      async (until) => {
        const link = await this.#connection.open(until);
        if (this.#polled?.link !== link) this.#polled = { link, device: createPolledDevice(link, { clock }) };
        return { snapshot: await this.#polled.device.poll(until), link };
      },
      { what, signal, clock },
    );
  }

  #identify(deviceId: string): boolean {
    if (this.#deviceId === deviceId) return true;
    if (!this.#options.onIdentified(deviceId)) return false;
    this.#deviceId = deviceId;
    this.#series.rename(deviceId);
    return true;
  }

  #succeeded(snapshot: Snapshot): void {
    const { log } = this.#options;
    const { alias, model, firmware } = snapshot.device.identity;
    if (!this.#isUp) log.info({ deviceId: this.#deviceId, alias, model, firmware }, 'device is read');
    this.#latest = snapshot;
    this.#isUp = true;
    this.#lastReason = undefined;
    this.#backoff.reset();
    this.#refusedBackoff.reset();
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  #failed(error: unknown, reason: FaultReason): void {
    const { clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    const waitMs = (reason === 'auth' ? this.#refusedBackoff : this.#backoff).next();
    this.#isUp = false;
    this.#notBeforeMs = nowMs + waitMs;
    // What the password is now may be another one: a new connection asks for it.
    if (reason === 'auth') this.#reconnect();
    const isNews = reason !== this.#lastReason || nowMs - this.#lastMentionedMs >= REMIND_EVERY_MS;
    const facts = { reason, err: describeError(error), nextAttemptSeconds: Math.round(waitMs / 1000) };
    if (!isNews) {
      log.debug(facts, 'device still cannot be read');
      return;
    }
    this.#lastReason = reason;
    this.#lastMentionedMs = nowMs;
    log.warn(facts, MESSAGES[reason] ?? 'device cannot be read');
  }

  #reconnect(): void {
    this.#connection.close();
    this.#polled = undefined;
    this.#connection = this.#connect();
  }
}

/** What a user can do about it. */
const MESSAGES: Partial<Readonly<Record<FaultReason, string>>> = {
  auth: 'the device refuses the login; check e-mail address (upper and lower case count) and password',
  third_party_disabled:
    'the device refuses third-party access; switch it on in the TP-Link app: Me > Third-Party Services > Third-Party Compatibility',
};

function reasonOf(error: unknown): FaultReason {
  if (error instanceof DeviceError) return error.reason;
  return error instanceof DeadlineExceededError ? 'timeout' : 'protocol';
}
