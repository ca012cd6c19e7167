import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { OpenConnection } from '../ledger-book.ts';
import type { OneTimeKeys } from '../login/one-time-keys.ts';
import type { SessionKey } from '../login/rsa.ts';
import { IDENTIFIER } from '../wire/header.ts';
import { CommandChannel } from './command-channel.ts';
import type { Caller } from './commands/command.ts';
import { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import { type Message, Outbox } from './outbox.ts';
import { createKeys } from './own-keys.ts';
import type { OpenSession } from './sessions.ts';

/** Where a connection comes from and what it runs on. */
export interface Peer {
  readonly address: string;
  readonly secure: boolean;
  /** What the WebSocket writes to: the TLS socket of a secure connection. */
  readonly transport: Socket;
  /** Breaks the TCP connection below everything with a reset. */
  readonly reset: () => void;
}

/** Clients that do not answer a close frame are cut after this long. */
const CLOSE_PATIENCE_MS = 1000;

/** One WebSocket connection, from the upgrade until it is gone: who is at the other end, and how long for. */
export class Session implements Caller, OpenSession {
  readonly keys: OneTimeKeys;
  readonly #core: Core;
  readonly #socket: WebSocket;
  readonly #peer: Peer;
  readonly #record: OpenConnection;
  readonly #outbox: Outbox;
  readonly #channel = new CommandChannel();
  readonly #conversation: Conversation;
  readonly #ended = Promise.withResolvers<void>();
  #isLoggedIn = false;
  #token: string | undefined;
  #subscribed = false;
  #cancelIdle: () => void = () => undefined;
  #cancelDeadline: () => void = () => undefined;

  constructor(core: Core, socket: WebSocket, peer: Peer) {
    const { wire, clock } = core.settings;
    this.keys = createKeys(core.settings);
    this.#core = core;
    this.#socket = socket;
    this.#peer = peer;
    this.#record = core.ledger.opened(peer.secure, clock.now());
    this.#outbox = new Outbox(socket, peer.transport, wire, clock);
    const parts = { record: this.#record, channel: this.#channel, outbox: this.#outbox };
    this.#conversation = new Conversation({ ...parts, core, caller: this });
  }

  get id(): number {
    return this.#record.id;
  }

  get address(): string {
    return this.#peer.address;
  }

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Whether it holds an event slot. */
  get subscribed(): boolean {
    return this.#subscribed;
  }

  /** Resolves when the connection is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Starts listening to the client, or turns it away when its address is blocked. */
  begin(): void {
    const { sessions, guard, settings } = this.#core;
    sessions.add(this);
    this.#socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    this.#socket.on('close', (code) => this.#end(code));
    // A broken frame from the client: ws closes the connection itself and reports it to 'close' as well.
    this.#socket.on('error', () => undefined);
    const seconds = guard.blockedForSeconds(this.address);
    if (seconds > 0) {
      void this.close(4003, `Login temporarily blocked (${seconds})`);
      return;
    }
    this.#armIdle();
    this.#cancelDeadline = settings.clock.after(settings.limits.loginDeadlineMs, () => this.#deadline());
  }

  /** Sends a message after what is already on its way; resolves when it was handed to the socket. */
  send(message: Message): Promise<void> {
    return this.#outbox.send(message);
  }

  /** Sends WebSocket messages as they are, without headers of their own. */
  sendFrames(frames: readonly (Buffer | string)[]): Promise<void> {
    return this.#outbox.sendFrames(frames);
  }

  /** Writes bytes below the WebSocket. */
  sendRaw(bytes: Buffer): void {
    this.#peer.transport.write(bytes);
  }

  /** Answers nothing and sends nothing any more, while the connection stays open. */
  mute(): void {
    this.#outbox.muted = true;
  }

  /** Ends {@link mute}. */
  unmute(): void {
    this.#outbox.muted = false;
  }

  /** Sends a close frame after what is already on its way; a download under way is broken off. */
  async close(code: number, reason: string): Promise<void> {
    await this.#outbox.finish();
    this.#socket.close(code, reason);
  }

  /** Ends the connection with a close frame, or without when the client does not answer it. */
  async dismiss(code: number, reason: string): Promise<void> {
    void this.close(code, reason);
    const cut = setTimeout(() => this.reset(), CLOSE_PATIENCE_MS);
    await this.ended;
    clearTimeout(cut);
  }

  /** Breaks the connection without a word. */
  reset(): void {
    this.#peer.reset();
  }

  encryptWith(key: SessionKey, text: string): string {
    return this.#channel.start(key, text);
  }

  decrypt(base64: string): string | undefined {
    return this.#channel.decrypt(base64);
  }

  welcome(token?: string): void {
    this.#isLoggedIn = true;
    this.#token = token;
    this.#cancelDeadline();
  }

  subscribe(): void {
    this.#subscribed = true;
  }

  #received(data: RawData, isBinary: boolean): void {
    this.#armIdle();
    const text = data.toString();
    if (text === 'keepalive' && !isBinary) {
      this.#core.ledger.keepalive(this.#record);
      void this.send({ identifier: IDENTIFIER.keepalive });
      return;
    }
    // Commands come as text; a binary frame holds none that could be known.
    this.#conversation.take(isBinary ? '' : text);
  }

  #deadline(): void {
    if (this.#outbox.muted) return;
    const payload = Buffer.from('{"LL":{"control":"","value":"","Code":"420"}}');
    void this.send({ identifier: IDENTIFIER.text, payload, asText: true });
    void this.close(1000, 'not logged in');
  }

  #armIdle(): void {
    const { clock, limits } = this.#core.settings;
    this.#cancelIdle();
    this.#cancelIdle = clock.after(limits.idleTimeoutMs, () => {
      if (!this.#outbox.muted) void this.close(1000, 'idle');
    });
  }

  #end(code: number): void {
    this.#cancelIdle();
    this.#cancelDeadline();
    void this.#outbox.finish();
    this.#subscribed = false;
    this.#core.sessions.remove(this);
    this.#core.ledger.closed(this.#record, code, this.#core.settings.clock.now());
    this.#ended.resolve();
  }
}
