import { type Backoff, type Clock, createBackoff, DeadlineExceededError, withDeadline } from '@device-exporters/retry';
import { type Connection, connectTo } from '../connect/connection.ts';
import type { ConnectDeps, Link } from '../connect/way.ts';
import type { Credentials } from '../credentials.ts';
import { DeviceError, type FaultReason } from '../device-error.ts';
import { createPolledDevice } from '../polled-device.ts';
import type { PolledDevice, Snapshot } from '../reading.ts';
import type { Protocol } from '../transport.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What a device is read with. */
export interface DeviceReaderOptions {
  readonly whereabouts: Whereabouts;
  /** The account of now; a changed password needs no restart. */
  account(): Credentials | undefined;
  /** Milliseconds for one exchange. */
  readonly exchangeTimeoutMs?: number | undefined;
  /** Milliseconds for all exchanges of one reading. Default: 15 000, longer than any healthy device takes, and longer where exchanges may take longer. */
  readonly readTimeoutMs?: number | undefined;
  readonly clock: Clock;
  /** Where devices listen that are named without a port. */
  readonly ports?: ConnectDeps['ports'];
  /** Which read the device until now, with the same account: what that has left of the rest after a refused login still holds. */
  readonly predecessor?: DeviceReader | undefined;
}

/** A row of refused logins. */
interface Refused {
  readonly backoff: Backoff;
  notBeforeMs: number;
}

/** One reading: what the device said, and in which language. */
export interface DeviceRead {
  readonly snapshot: Snapshot;
  readonly protocol: Protocol;
}

const READ_TIMEOUT_MS = 15_000;

/** Where exchanges may take long, a search that waits in vain for some of them must still come to its end. */
const MOST_WAITS = 3;

/** Waits after a failure: 1, 2, 4 … 60 s. */
const BACKOFF = { initialMs: 1_000, maxMs: 60_000 };

/**
 * After a refused login: devices lock accounts out after too many, for minutes. One try can be three logins; the wait is
 * more than a minute even where chance makes it shorter.
 */
const REFUSED_BACKOFF = { initialMs: 80_000, maxMs: 900_000 };

/**
 * Reads one device again and again, wherever it goes and whatever its firmware comes to speak; says how long it should be
 * left alone after a failure.
 */
export class DeviceReader {
  readonly #options: DeviceReaderOptions;
  readonly #backoff = createBackoff(BACKOFF);
  readonly #refused: Refused;
  #whereabouts: Whereabouts;
  /** Undefined: to be made when it is needed, with the account of then. */
  #connection: Connection | undefined;
  #polled: { readonly link: Link; readonly device: PolledDevice } | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceReaderOptions) {
    // It is not kept: with every successor the row would grow longer.
    const { predecessor, ...own } = options;
    this.#options = own;
    this.#whereabouts = own.whereabouts;
    const never = { backoff: createBackoff(REFUSED_BACKOFF), notBeforeMs: Number.NEGATIVE_INFINITY };
    this.#refused = predecessor === undefined ? never : predecessor.#refused;
  }

  get whereabouts(): Whereabouts {
    return this.#whereabouts;
  }

  /** Milliseconds for which the device should be left alone; 0 while it answers. */
  get restMs(): number {
    return Math.max(0, Math.max(this.#notBeforeMs, this.#refused.notBeforeMs) - this.#options.clock.monotonicMs());
  }

  /** The device is somewhere else now, or speaks otherwise. */
  moveTo(whereabouts: Whereabouts): void {
    this.#whereabouts = whereabouts;
    this.#rested();
    this.close();
  }

  /**
   * Reads the device once.
   *
   * @throws {DeviceError | DeadlineExceededError} see {@link faultReasonOf}
   * @throws the signal's reason when that fires
   */
  async read(signal: AbortSignal): Promise<DeviceRead> {
    const { clock, exchangeTimeoutMs = 0 } = this.#options;
    const { readTimeoutMs = Math.max(READ_TIMEOUT_MS, MOST_WAITS * exchangeTimeoutMs) } = this.#options;
    const whereabouts = this.#whereabouts;
    const what = `reading ${whereabouts.address}`;
    try {
      const read = await withDeadline(readTimeoutMs, (until) => this.#readOnce(until), { what, signal, clock });
      this.#backoff.reset();
      this.#refused.backoff.reset();
      this.#rested();
      return read;
    } catch (error) {
      signal.throwIfAborted();
      // Cut off where it is no more: where it is now it has not failed.
      if (this.#whereabouts === whereabouts) this.#failed(faultReasonOf(error));
      throw error;
    }
  }

  /** Closes the connection; the next reading opens another. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#polled = undefined;
  }

  async #readOnce(signal: AbortSignal): Promise<DeviceRead> {
    this.#connection ??= this.#connect();
    const link = await this.#connection.open(signal);
    if (this.#polled?.link !== link) {
      this.#polled = { link, device: createPolledDevice(link, { clock: this.#options.clock }) };
    }
    return { snapshot: await this.#polled.device.poll(signal), protocol: link.transport.protocol };
  }

  #rested(): void {
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.#refused.notBeforeMs = Number.NEGATIVE_INFINITY;
  }

  #failed(reason: FaultReason): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (reason !== 'auth') {
      this.#notBeforeMs = nowMs + this.#backoff.next();
      return;
    }
    this.#refused.notBeforeMs = nowMs + this.#refused.backoff.next();
    // What the password is then may be another one: a new connection asks for it.
    this.close();
  }

  #connect(): Connection {
    const { account, clock, exchangeTimeoutMs, ports } = this.#options;
    return connectTo(this.#whereabouts, { credentials: account(), clock, timeoutMs: exchangeTimeoutMs, ports });
  }
}

/** Why a reading failed, in one of five words. */
export function faultReasonOf(error: unknown): FaultReason {
  if (error instanceof DeviceError) return error.reason;
  return error instanceof DeadlineExceededError ? 'timeout' : 'protocol';
}
