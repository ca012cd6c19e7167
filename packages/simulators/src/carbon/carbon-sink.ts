import { createServer, type Server, type Socket } from 'node:net';
import type { CarbonFault, CarbonFaults } from './faults.ts';
import type { CarbonLedger } from './ledger.ts';
import { LedgerBook } from './ledger-book.ts';
import { pickleReader } from './pickle-reader.ts';
import { plaintextReader } from './plaintext-reader.ts';

/** Settings of {@link startCarbonSink}. */
export interface CarbonSinkOptions {
  /** An address out of 127.0.0.0/8. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one, which stays the same. */
  readonly port?: number;
  /** Default `plaintext`. */
  readonly protocol?: 'plaintext' | 'pickle';
}

/** A Carbon that remembers what it was told, and can be made to fail. */
export interface CarbonSink extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly ledger: CarbonLedger;
  readonly faults: CarbonFaults;
  stop(): Promise<void>;
}

/** Starts the other side of the wire: it reads to the end of each connection before it closes, as Carbon does. */
export async function startCarbonSink(options: CarbonSinkOptions = {}): Promise<CarbonSink> {
  const sink = new Sink(options);
  await sink.listenAgain();
  return sink;
}

class Sink implements CarbonSink, CarbonFaults {
  readonly host: string;
  port: number;
  readonly #book = new LedgerBook();
  readonly #protocol: 'plaintext' | 'pickle';
  readonly #sockets = new Set<Socket>();
  readonly #planned: CarbonFault[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: Server | undefined;
  #isStalled = false;

  constructor({ host = '127.0.0.1', port = 0, protocol = 'plaintext' }: CarbonSinkOptions) {
    this.host = host;
    this.port = port;
    this.#protocol = protocol;
  }

  get ledger(): CarbonLedger {
    return this.#book;
  }

  get faults(): CarbonFaults {
    return this;
  }

  next(...faults: readonly CarbonFault[]): void {
    this.#planned.push(...faults);
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async listenAgain(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.host, port: this.port }, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  stall(): void {
    this.#isStalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  readAgain(): void {
    this.#isStalled = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.refuse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #serve(socket: Socket): void {
    const fault = this.#planned.shift();
    this.#sockets.add(socket);
    this.#book.opened();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#book.closed();
    });
    if (fault?.kind === 'close_early' && fault.afterBytes === undefined) socket.destroy();
    else if (fault?.kind === 'half_close') socket.end();
    else if (fault?.kind !== 'stall') this.#read(socket, fault);
  }

  #read(socket: Socket, fault: CarbonFault | undefined): void {
    const reader = this.#protocol === 'pickle' ? pickleReader(this.#book) : plaintextReader(this.#book);
    let left = bytesBefore(fault);
    socket.on('data', (bytes: Buffer) => {
      reader.push(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0) return;
      if (fault?.kind === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    });
    socket.on('close', () => reader.end());
    socket.on('end', () => {
      this.#book.readToTheEnd();
      this.#answer(socket, fault?.kind === 'answer_late' ? fault.delayMs : 0);
    });
    if (this.#isStalled) socket.pause();
    else socket.resume();
  }

  #answer(socket: Socket, delayMs: number): void {
    if (delayMs === 0) {
      socket.end();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      socket.end();
    }, delayMs);
    this.#timers.add(timer);
  }
}

/** How many bytes are read before the connection ends. */
function bytesBefore(fault: CarbonFault | undefined): number {
  const isCut = fault?.kind === 'reset' || fault?.kind === 'close_early';
  return (isCut ? fault.afterBytes : undefined) ?? Number.POSITIVE_INFINITY;
}
