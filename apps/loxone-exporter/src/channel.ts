import {
  COMMAND,
  describeClose,
  type Envelope,
  type Fault,
  type Message,
  MessageReader,
  parseEnvelope,
  WEBSOCKET_PATH,
  WEBSOCKET_PROTOCOL,
} from '@device-exporters/loxone-protocol';
import { type Clock, withDeadline } from '@device-exporters/retry';
import WebSocket from 'ws';
import { ConnectionEnded, type EndReason } from './end-reason.ts';
import { type Endpoint, urlOf } from './endpoint.ts';
import { networkFailure, statusFailure } from './network-error.ts';

/** A message that is not an answer: a table of events. */
export type TableMessage = Extract<Message, { kind: `${string}-states` }>;

/** What arrives without having been asked for. */
export interface ChannelEvents {
  onTable(message: TableMessage): void;
  onFault(fault: Fault | { readonly reason: 'unexpected_answer'; readonly detail: string }): void;
}

export interface ChannelOptions extends ChannelEvents {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Ends the attempt to connect; an open channel is closed with {@link Channel.close}. */
  readonly signal: AbortSignal;
}

/** From the first packet to the upgraded connection, TLS included. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 10_000;
/** Files of several MiB come out of a Generation 1 at some 100 kB/s. */
const FILE_TIMEOUT_MS = 60_000;
/** How long the other side may take to answer a close. */
const CLOSE_TIMEOUT_MS = 2_000;
const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

/** Statement of what is waited for: an answer of this kind. */
interface Waiting {
  readonly kind: 'text' | 'file' | 'keepalive';
  resolve(message: Message): void;
  reject(error: ConnectionEnded): void;
}

/**
 * One WebSocket connection to a Miniserver: commands with their answers, one at a time, as answers carry no number to
 * tell them apart; and the events in between.
 */
export class Channel {
  /** Rejects with a {@link ConnectionEnded} when the connection has ended, whoever ended it. */
  readonly ended: Promise<never>;
  readonly #socket: WebSocket;
  readonly #options: ChannelOptions;
  readonly #reader = new MessageReader({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  readonly #end = Promise.withResolvers<never>();
  /** `clock.monotonicMs()` of the latest frame: any frame is a sign of life. */
  #lastFrameMs: number;
  #waiting: Waiting | undefined;
  /** The last command to be sent; the next one waits for its answer. */
  #latest: Promise<unknown> = Promise.resolve();

  private constructor(socket: WebSocket, options: ChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    this.ended = this.#end.promise;
    this.#lastFrameMs = options.clock.monotonicMs();
    // Who only sends commands learns of the end from them.
    this.ended.catch(() => {});
    socket.on('message', (data, isBinary) => this.#take(data as Buffer, isBinary));
    socket.on('close', (code, reason) => this.#fail(closeFailure(code, reason.toString())));
    socket.on('error', (error) => this.#fail(networkFailure(error, 'the connection failed')));
  }

  /**
   * Connects.
   *
   * @throws {ConnectionEnded}
   */
  static async open(options: ChannelOptions): Promise<Channel> {
    const { endpoint, clock, signal } = options;
    const url = urlOf(endpoint, 'ws', WEBSOCKET_PATH);
    const socket = new WebSocket(url, WEBSOCKET_PROTOCOL, {
      ...endpoint.tls,
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD_BYTES,
    });
    // Frames may come right behind the upgrade: whoever takes them must be there before.
    const channel = new Channel(socket, options);
    try {
      await withDeadline(CONNECT_TIMEOUT_MS, () => opened(socket, url), {
        what: `connecting to ${url}`,
        signal,
        clock,
      });
      return channel;
    } catch (error) {
      socket.terminate();
      throw signal.aborted ? error : networkFailure(error, `cannot connect to ${url}`);
    }
  }

  /** Sends a command whose answer is an envelope. @throws {ConnectionEnded} @throws {MalformedEnvelopeError} */
  async command(command: string): Promise<Envelope> {
    return parseEnvelope(await this.text(command));
  }

  /** Sends a command whose answer is a text. @throws {ConnectionEnded} */
  async text(command: string): Promise<string> {
    const message = await this.#ask(command, 'text', ANSWER_TIMEOUT_MS);
    return message.kind === 'text' ? message.text : '';
  }

  /** Sends a command whose answer is a file. An envelope instead is a refusal. @throws {ConnectionEnded} */
  async file(command: string): Promise<Uint8Array> {
    const message = await this.#ask(command, 'file', FILE_TIMEOUT_MS);
    if (message.kind === 'file') return message.bytes;
    throw new ConnectionEnded('protocol', `the Miniserver answers ${command} without a file`);
  }

  /**
   * Sends a keepalive; resolves with the round trip in milliseconds, or with undefined when the answer stays away but
   * other frames come: it may be queueing behind a large transfer.
   *
   * @throws {ConnectionEnded} when nothing comes at all within `timeoutMs`
   */
  async keepalive(timeoutMs: number): Promise<number | undefined> {
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    let isAnswered = true;
    await this.#ask(COMMAND.keepalive, 'keepalive', timeoutMs, (waiting) => {
      isAnswered = false;
      if (this.#lastFrameMs > startMs) waiting.resolve({ kind: 'keepalive' });
      else this.#fail(new ConnectionEnded('silent', `not a sign of life within ${timeoutMs} ms of a keepalive`));
    });
    return isAnswered ? clock.monotonicMs() - startMs : undefined;
  }

  /** Closes in order, so that the Miniserver frees its slot at once; resolves when that is done. Idempotent. */
  async close(): Promise<void> {
    const { clock } = this.#options;
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.close(1000);
    const timer = clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.terminate());
    await closed;
    timer.cancel();
  }

  #ask(
    command: string,
    kind: Waiting['kind'],
    timeoutMs: number,
    // Later answers would be taken for those of other commands: the connection is of no more use.
    onTimeout: (waiting: Waiting) => void = () =>
      this.#fail(new ConnectionEnded('timeout', `no answer to ${nameOf(command)} within ${timeoutMs} ms`)),
  ): Promise<Message> {
    const turn = this.#latest.then(() => this.#send(command, kind, timeoutMs, onTimeout));
    // A command that fails must not keep the next one from being sent.
    this.#latest = turn.catch(() => {});
    return turn;
  }

  async #send(
    command: string,
    kind: Waiting['kind'],
    timeoutMs: number,
    onTimeout: (waiting: Waiting) => void,
  ): Promise<Message> {
    const answer = Promise.withResolvers<Message>();
    const waiting = { kind, ...answer };
    this.#waiting = waiting;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(command);
    else answer.reject(new ConnectionEnded('closed', 'the connection is closed'));
    const timer = this.#options.clock.after(timeoutMs, () => onTimeout(waiting));
    try {
      return await Promise.race([answer.promise, this.ended]);
    } finally {
      timer.cancel();
      this.#waiting = undefined;
    }
  }

  #take(data: Buffer, isBinary: boolean): void {
    this.#lastFrameMs = this.#options.clock.monotonicMs();
    try {
      for (const message of this.#reader.push(data, isBinary)) this.#deliver(message);
    } catch (error) {
      this.#fail(new ConnectionEnded('other', 'an event could not be handled', { cause: error }));
    }
  }

  #deliver(message: Message): void {
    switch (message.kind) {
      case 'text':
      case 'file':
      case 'keepalive':
        this.#answer(message);
        break;
      case 'out-of-service':
        this.#fail(new ConnectionEnded('out_of_service', 'the Miniserver goes out of service: restart or update'));
        break;
      case 'fault':
        this.#options.onFault(message);
        break;
      default:
        this.#options.onTable(message);
    }
  }

  #answer(message: Message): void {
    const waiting = this.#waiting;
    // A file that is refused is answered with an envelope.
    const isExpected = waiting?.kind === message.kind || (waiting?.kind === 'file' && message.kind === 'text');
    if (waiting !== undefined && isExpected) {
      this.#waiting = undefined;
      // The bytes of a file are the reader's until the next frame.
      waiting.resolve(message.kind === 'file' ? { ...message, bytes: message.bytes.slice() } : message);
      return;
    }
    this.#options.onFault({
      reason: 'unexpected_answer',
      detail: `an answer of kind ${message.kind} that nobody asked for`,
    });
  }

  #fail(end: ConnectionEnded): void {
    this.#end.reject(end);
    this.#socket.terminate();
  }
}

function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      response.destroy();
      reject(statusFailure(response.statusCode, `cannot connect to ${url}`));
    });
  });
}

const CLOSE_REASONS: Readonly<Record<string, EndReason>> = {
  blocked: 'blocked',
  user_disabled: 'authentication',
  update: 'out_of_service',
  no_event_slot: 'no_event_slot',
};

function closeFailure(code: number, reason: string): ConnectionEnded {
  const { name, sentence, blockedForSeconds } = describeClose(code, reason);
  const stayAway = blockedForSeconds === undefined ? {} : { stayAwayMs: blockedForSeconds * 1000 };
  return new ConnectionEnded(CLOSE_REASONS[name] ?? 'closed', sentence, stayAway);
}

/** A command without its arguments: they may hold hashes and ciphertext. */
function nameOf(command: string): string {
  return command.split('/').slice(0, 3).join('/');
}
