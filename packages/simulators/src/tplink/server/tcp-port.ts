import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { LedgerBook } from '../ledger-book.ts';

/** Listening on a port failed. */
export class TplinkListenError extends Error {}

/** One listening TCP port that can be closed, opened again and moved to another address. */
export class TcpPort {
  readonly #server: Server;
  readonly #ledger: LedgerBook;
  readonly #sockets = new Set<Socket>();
  #port: number;

  /** @param port 0 takes a free one, which is then kept */
  constructor(server: Server, port: number, ledger: LedgerBook) {
    this.#server = server;
    this.#port = port;
    this.#ledger = ledger;
    server.on('connection', (socket: Socket) => this.#track(socket));
  }

  /** The port in use, or the one it will be; 0 before it was ever open. */
  get port(): number {
    return this.#port;
  }

  /** @throws TplinkListenError when the port is taken or may not be used */
  async open(host: string): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error): void =>
        reject(new TplinkListenError(`cannot listen on ${host} port ${this.#port}: ${cause.message}`, { cause }));
      this.#server.once('error', failed);
      this.#server.listen(this.#port, host, () => {
        this.#server.off('error', failed);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Closes and ends every connection; resolves when the port is free and nothing is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const gone = [...this.#sockets].map((socket) => once(socket, 'close'));
    this.reset();
    await Promise.all([closed, ...gone]);
  }

  /** Resets every connection. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    this.#ledger.opened();
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#ledger.closed();
    });
  }
}
