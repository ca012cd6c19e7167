import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { loopbackIdentity } from '../self-signed.ts';

/** A port that can be closed and opened again, with the same number. */
export class Port {
  number: number;
  certificatePem: string | undefined;
  privateKeyPem: string | undefined;
  readonly #host: string;
  readonly #tls: 'server' | 'client' | undefined;
  readonly #handle: RequestListener;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(host: string, number: number, tls: 'server' | 'client' | undefined, handle: RequestListener) {
    this.#host = host;
    this.number = number;
    this.#tls = tls;
    this.#handle = handle;
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = await this.#create();
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#host, port: this.number }, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.number = address.port;
  }

  /** Takes no connections any more, and ends those there are. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #create(): Promise<Server> {
    if (this.#tls === undefined) return createServer(this.#handle);
    const { certificatePem: cert, privateKeyPem: key } = await loopbackIdentity();
    this.certificatePem = cert;
    this.privateKeyPem = key;
    const isMutual = this.#tls === 'client';
    return createTlsServer({ cert, key, ca: cert, requestCert: isMutual, rejectUnauthorized: isMutual }, this.#handle);
  }
}
