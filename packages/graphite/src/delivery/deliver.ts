import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timer } from '@device-exporters/retry';
import { DeliveryError, deliveryError } from './delivery-error.ts';

/** Where and how to deliver. */
export interface DeliverOptions {
  readonly host: string;
  readonly port: number;
  /** Longest time without any progress, in milliseconds: while connecting, between writes, and for the last answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Gives up at once. */
  readonly signal: AbortSignal;
}

/**
 * Shortest pause between the last write and our FIN, in milliseconds. A peer that closed without reading says so within one
 * round trip; after our own FIN its FIN could not be told from a confirmation.
 */
const PAUSE_MS = 20;

/**
 * Delivers bytes over a connection of their own, and resolves only when the peer has read all of them.
 *
 * TCP gives no receipt: a write succeeds into the kernel while Carbon is dead or hangs. But Carbon reads to the end before it
 * closes; so its FIN after ours means that every byte was read.
 *
 * @throws {DeliveryError} in every other case: the bytes may have arrived or not
 * @throws the signal's reason when that fires
 */
export async function deliver(writes: readonly Buffer[], options: DeliverOptions): Promise<void> {
  const { host, port, clock, signal } = options;
  signal.throwIfAborted();
  const peer = `${host}:${port}`;
  const startedMs = clock.monotonicMs();
  const socket = connect({ host, port, allowHalfOpen: true });
  const watch = new Watch(socket, peer, options);
  const talk = async (): Promise<void> => {
    await watch.connected;
    const roundTripMs = clock.monotonicMs() - startedMs;
    for (const write of writes) {
      await written(socket, write);
      watch.progress();
    }
    await clock.sleep(Math.max(PAUSE_MS, 2 * roundTripMs), watch.signal);
    // A FIN or reset that has come meanwhile is read before our own FIN is sent.
    await nextTurn();
    if (watch.signal.aborted) return;
    watch.halfClose();
    await watch.ended;
  };
  try {
    await Promise.race([watch.failed, talk()]);
    socket.destroy();
  } catch (error) {
    // What a hung Carbon has not read will come again: it may as well forget it.
    socket.resetAndDestroy();
    throw error;
  } finally {
    watch.close();
  }
}

/** Never settles for a socket that has failed: {@link Watch.failed} does. */
function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, (error) => {
      if (error === undefined || error === null) resolve();
    });
  });
}

/** What happens to a socket, as promises. */
class Watch {
  readonly #connected = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #over = new AbortController();
  readonly #socket: Socket;
  readonly #peer: string;
  readonly #options: DeliverOptions;
  readonly #onAbort: () => void;
  #timer: Timer | undefined;
  #doing = 'connecting';

  constructor(socket: Socket, peer: string, options: DeliverOptions) {
    this.#socket = socket;
    this.#peer = peer;
    this.#options = options;
    this.#onAbort = () => this.#fail(options.signal.reason);
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    socket.on('connect', () => {
      this.#doing = 'writing';
      this.progress();
      this.#connected.resolve();
    });
    socket.on('error', (error) => this.#fail(deliveryError(peer, error)));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#fail(this.#closedEarly()));
    // Carbon sends nothing, but an end is seen only by those who read.
    socket.resume();
    this.progress();
  }

  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  /** The peer has closed after we did. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Fires when there is nothing more to wait for. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Something moved: the peer gets its full time again. */
  progress(): void {
    const { clock, timeoutMs } = this.#options;
    this.#timer?.cancel();
    this.#timer = clock.after(timeoutMs, () =>
      this.#fail(new DeliveryError('timeout', `${this.#peer} did nothing for ${timeoutMs} ms, while ${this.#doing}`)),
    );
  }

  halfClose(): void {
    this.#doing = 'waiting for its FIN';
    this.progress();
    this.#socket.end();
  }

  close(): void {
    this.#timer?.cancel();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#over.abort(new Error('the delivery is over'));
  }

  #onEnd(): void {
    if (this.#socket.writableEnded) this.#ended.resolve();
    else this.#fail(this.#closedEarly());
  }

  #closedEarly(): DeliveryError {
    return new DeliveryError('closed_early', `${this.#peer} closed the connection before everything was sent`);
  }

  #fail(error: unknown): void {
    this.#failed.reject(error);
    this.#over.abort(error);
  }
}
