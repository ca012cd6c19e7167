import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Listening on a port failed. */
export class ListenError extends Error {}

/** One listening port that can be closed and opened again, and whose TCP connections can be reset. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Map<number, Socket>();
  #port: number;
  #opening: Promise<void> | undefined;

  /** @param port 0 takes a free one, which is then kept over closing and opening */
  constructor(server: Server, host: string, port: number) {
    this.#server = server;
    this.#host = host;
    this.#port = port;
    // Also with TLS this is the raw TCP socket, the only one that can be reset.
    server.on('connection', (socket: Socket) => this.#track(socket));
  }

  /** The port in use, or the one it will be. */
  get port(): number {
    return this.#port;
  }

  /** Whether connections are accepted. */
  get isOpen(): boolean {
    return this.#server.listening;
  }

  /** @throws ListenError when the port is taken or may not be used */
  open(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    this.#opening ??= this.#listen().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Accepts no more connections; those there are live on. */
  close(): void {
    if (this.isOpen) this.#server.close();
  }

  /** Closes and ends every connection; resolves when the port is free and nothing is left. */
  async stop(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.destroyConnections();
    await closed;
  }

  /** Resets the TCP connection of that remote port. */
  reset(remotePort: number): void {
    this.#sockets.get(remotePort)?.resetAndDestroy();
  }

  /** Ends every TCP connection at once, HTTP and WebSocket alike. */
  destroyConnections(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(new ListenError(`cannot listen on ${this.#host} port ${this.#port}: ${cause.message}`, { cause }));
      this.#server.once('error', failed);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', failed);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #track(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    this.#sockets.set(remotePort, socket);
    socket.once('close', () => this.#sockets.delete(remotePort));
  }
}
