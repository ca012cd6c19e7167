import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { Core } from './core.ts';
import { TplinkListenError } from './tcp-port.ts';

/** Where a broadcast on loopback goes. */
const LOOPBACK_BROADCAST = '127.255.255.255';

/** Answers a datagram; undefined leaves it alone. */
export type Responder = (datagram: Buffer) => Buffer | undefined;

/**
 * One UDP port of a device: datagrams to its own address, and broadcasts on loopback, so that one question finds many
 * devices. Answers always leave from its own address and port.
 */
export class UdpPort {
  readonly #core: Core;
  readonly #respond: Responder;
  #port: number;
  #sockets: Socket[] = [];

  /** @param port 0 takes a free one, which is then kept */
  constructor(core: Core, port: number, respond: Responder) {
    this.#core = core;
    this.#port = port;
    this.#respond = respond;
  }

  get port(): number {
    return this.#port;
  }

  /** @throws TplinkListenError when the port is taken or may not be used */
  async open(host: string): Promise<void> {
    if (this.#sockets.length > 0) return;
    const own = await bound(host, this.#port);
    this.#port = own.address().port;
    this.#sockets = [own];
    this.#answerOver(own, own);
    if (!isIPv4(host) && host !== 'localhost') return;
    // Not every system lets a socket be bound to this address; there it hears no broadcasts.
    const ear = await bound(LOOPBACK_BROADCAST, this.#port).catch(() => undefined);
    if (ear === undefined) return;
    this.#sockets.push(ear);
    this.#answerOver(ear, own);
  }

  async close(): Promise<void> {
    const sockets = this.#sockets;
    this.#sockets = [];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }

  #answerOver(ear: Socket, mouth: Socket): void {
    ear.on('message', (datagram: Buffer, from: RemoteInfo) => {
      const { ledger, plan } = this.#core;
      ledger.tally('datagrams');
      if (plan.takeLoss() || plan.silent) return;
      const answer = this.#respond(datagram);
      // An answer that cannot be sent is lost, as datagrams are.
      if (answer !== undefined) mouth.send(answer, from.port, from.address, () => undefined);
    });
  }
}

function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reuseAddr: host === LOOPBACK_BROADCAST });
  return new Promise((resolve, reject) => {
    socket.once('error', (cause: Error) => {
      socket.close();
      reject(new TplinkListenError(`cannot listen on ${host} UDP port ${port}: ${cause.message}`, { cause }));
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
