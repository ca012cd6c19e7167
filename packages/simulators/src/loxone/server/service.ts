import { IDENTIFIER } from '../wire/header.ts';
import type { Core } from './core.ts';
import type { Listener } from './listener.ts';

/** How a Miniserver goes away and comes back. */
export interface Outage {
  /** Whether clients are told with an out-of-service message (identifier 5) before they are closed. Default true. */
  readonly announce?: boolean;
  /** Code of the close frame. Default 1000. */
  readonly code?: number;
  /** How long connections are refused. `Infinity`: until told to come back. Default 200. */
  readonly refusedMs?: number;
  /** How long after that HTTP answers 503. Default 200. */
  readonly startingUpMs?: number;
}

/** While it was closed, somebody else may have got hold of the port for a moment. */
const REOPEN_RETRY_MS = 50;

/** The listening ports of one Miniserver: in service, out of it, or on the way back. */
export class Service {
  readonly #core: Core;
  readonly #listeners: readonly Listener[];
  #cancelNext: () => void = () => undefined;
  #isStopped = false;

  /** @param listeners those that are open while in service */
  constructor(core: Core, listeners: readonly Listener[]) {
    this.#core = core;
    this.#listeners = listeners;
  }

  /** @throws ListenError */
  async open(): Promise<void> {
    for (const listener of this.#listeners) await listener.open();
  }

  /** No new connections; those there are live on. */
  close(): void {
    for (const listener of this.#listeners) listener.close();
  }

  /** Resolves when all clients are gone and new ones are refused; the way back goes on by itself. */
  async outage(outage: Outage): Promise<void> {
    const { announce = true, code = 1000, refusedMs = 200, startingUpMs = 200 } = outage;
    this.#cancelNext();
    this.close();
    const sessions = this.#core.sessions.all;
    for (const session of announce ? sessions : []) void session.send({ identifier: IDENTIFIER.outOfService });
    await Promise.all(sessions.map((session) => session.dismiss(code, 'out of service')));
    for (const listener of this.#listeners) listener.destroyConnections();
    this.#core.plan.startingUp = startingUpMs > 0;
    this.#next(refusedMs, () => this.#startUp(startingUpMs));
  }

  /** Ends an outage now. */
  async comeBack(): Promise<void> {
    this.#cancelNext();
    this.#core.plan.startingUp = false;
    await this.open();
  }

  /** Closes everything for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelNext();
    await Promise.all(this.#listeners.map((listener) => listener.stop()));
  }

  async #startUp(startingUpMs: number): Promise<void> {
    try {
      await this.open();
    } catch {
      if (!this.#isStopped) this.#next(REOPEN_RETRY_MS, () => this.#startUp(startingUpMs));
      return;
    }
    this.#next(startingUpMs, async () => {
      this.#core.plan.startingUp = false;
    });
  }

  #next(delayMs: number, step: () => Promise<void>): void {
    if (this.#isStopped) return;
    this.#cancelNext = this.#core.settings.clock.after(delayMs, () => void step());
  }
}
