import type { Socket } from 'node:net';
import type { Clock, Timer } from '@device-exporters/retry';
import { DeliveryError, deliveryError } from './delivery-error.ts';

/** What a watch works with. */
export interface WatchOptions {
  /** Who is at the other end, for messages. */
  readonly peer: string;
  /** Longest time without {@link Watch.progress}, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What happens to a socket, as promises. */
export class Watch {
  readonly #connected = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #over = new AbortController();
  readonly #socket: Socket;
  readonly #options: WatchOptions;
  readonly #onAbort: () => void;
  #timer: Timer | undefined;
  #doing = 'connecting';

  constructor(socket: Socket, options: WatchOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#onAbort = () => this.#fail(options.signal.reason);
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    socket.on('connect', () => {
      this.#doing = 'writing';
      this.progress();
      this.#connected.resolve();
    });
    socket.on('error', (error) => this.#fail(deliveryError(options.peer, error)));
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
    const { peer, clock, timeoutMs } = this.#options;
    this.#timer?.cancel();
    this.#timer = clock.after(timeoutMs, () =>
      this.#fail(new DeliveryError('timeout', `${peer} did nothing for ${timeoutMs} ms, while ${this.#doing}`)),
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
    return new DeliveryError('closed_early', `${this.#options.peer} closed the connection before everything was sent`);
  }

  #fail(error: unknown): void {
    this.#failed.reject(error);
    this.#over.abort(error);
  }
}
