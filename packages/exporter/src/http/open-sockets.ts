import type { Server, Socket } from 'node:net';

/** The connections of servers, also those that no request came through yet: they hold up the end of a server. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  /** Keeps account of a server's connections from now on. Below TLS, so that unfinished handshakes count. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Ends all of them at once, whatever is under way. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
