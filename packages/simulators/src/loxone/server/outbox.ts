import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { type Clock, pause } from '../../clock.ts';
import { encodeHeader, type Identifier } from '../wire/header.ts';

/** A message to a client: header first, then the payload if there is one. */
export interface Message {
  readonly identifier: Identifier;
  readonly payload?: Buffer;
  /** The payload goes as a TEXT frame: answers and text files; everything else is binary. */
  readonly asText?: boolean;
  /** Trickles the payload out in fragments. */
  readonly bytesPerSecond?: number | undefined;
}

/** How messages are laid out; see `WireOptions`. */
export interface OutboxOptions {
  readonly framing: 'plain' | 'glued' | 'split';
  readonly estimateFromBytes: number;
}

interface Frame {
  readonly data: Buffer;
  readonly binary: boolean;
}

/** How frames are cut into WebSocket fragments. */
interface Fragmentation {
  /** Bytes of a fragment, for a frame of that many. */
  readonly size: (length: number) => number;
  /** Waits before the next one; false gives up the rest. */
  readonly wait: () => Promise<boolean>;
  readonly beforeLast: () => void;
}

const TRICKLE_MS = 20;

/** Sends the messages of one connection one after the other, never one inside another. */
export class Outbox {
  /** Nothing leaves any more, neither answers nor events. */
  muted = false;
  readonly #socket: WebSocket;
  readonly #transport: Socket;
  readonly #options: OutboxOptions;
  readonly #clock: Clock;
  readonly #finishing = Promise.withResolvers<void>();
  #tail: Promise<void> = Promise.resolve();

  /** @param transport the socket below the WebSocket */
  constructor(socket: WebSocket, transport: Socket, options: OutboxOptions, clock: Clock) {
    this.#socket = socket;
    this.#transport = transport;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Resolves when the whole message was handed to the socket, also when that is closed by now. What the client has not
   * read yet piles up there: a client that stalls holds up nobody else.
   *
   * @param beforeLast called just before the bytes that complete the message
   */
  send(message: Message, beforeLast: () => void = () => undefined): Promise<void> {
    this.#tail = this.#tail.then(() => (this.muted ? undefined : this.#deliver(message, beforeLast)));
    return this.#tail;
  }

  /** Sends frames as they are: what a test wants to hurt a client with. */
  sendFrames(frames: readonly (Buffer | string)[]): Promise<void> {
    this.#tail = this.#tail.then(() => {
      for (const data of frames) this.#write(toBuffer(data), typeof data !== 'string', true);
    });
    return this.#tail;
  }

  /** Breaks off a trickling download; resolves when everything else sent so far is out. Nothing should follow. */
  finish(): Promise<void> {
    this.#finishing.resolve();
    return this.#tail;
  }

  async #deliver(message: Message, beforeLast: () => void): Promise<void> {
    const frames = this.#frames(message);
    if (message.bytesPerSecond !== undefined) return this.#trickle(frames, message.bytesPerSecond, beforeLast);
    if (this.#options.framing === 'split') return this.#split(frames, beforeLast);
    if (this.#options.framing === 'glued') this.#transport.cork();
    beforeLast();
    for (const frame of frames) this.#write(frame.data, frame.binary, true);
    if (this.#options.framing === 'glued') this.#transport.uncork();
  }

  #frames(message: Message): Frame[] {
    const { identifier, payload, asText = false } = message;
    const length = payload?.length ?? 0;
    const header = { data: encodeHeader(identifier, length), binary: true };
    if (payload === undefined) return [header];
    const frames = [header, { data: payload, binary: !asText }];
    if (length < this.#options.estimateFromBytes) return frames;
    // Never the true length, or a client that takes an estimate for exact would get away with it.
    const estimate = (Math.floor(length / 1024) + 1) * 1024;
    return [{ data: encodeHeader(identifier, estimate, true), binary: true }, ...frames];
  }

  /** At least three bytes at a time, each on a turn of the event loop of its own. */
  #split(frames: readonly Frame[], beforeLast: () => void): Promise<void> {
    const size = (length: number): number => Math.max(3, Math.ceil(length / 7));
    const wait = async (): Promise<boolean> => {
      await nextTurn();
      return true;
    };
    return this.#fragment(frames, { size, wait, beforeLast });
  }

  /** So many bytes at a time that the pace is kept, until the connection is to end. */
  #trickle(frames: readonly Frame[], bytesPerSecond: number, beforeLast: () => void): Promise<void> {
    const step = Math.max(1, Math.round((bytesPerSecond * TRICKLE_MS) / 1000));
    const finishing = this.#finishing.promise.then(() => false);
    const wait = (): Promise<boolean> => Promise.race([finishing, pause(this.#clock, TRICKLE_MS).then(() => true)]);
    return this.#fragment(frames, { size: () => step, wait, beforeLast });
  }

  async #fragment(frames: readonly Frame[], { size, wait, beforeLast }: Fragmentation): Promise<void> {
    for (const frame of frames) {
      const parts = slices(frame.data, size(frame.data.length));
      for (const [index, part] of parts.entries()) {
        const isLast = index === parts.length - 1;
        if (isLast && frame === frames.at(-1)) beforeLast();
        this.#write(part, frame.binary, isLast);
        if (!(await wait())) return;
      }
    }
  }

  #write(data: Buffer, binary: boolean, fin: boolean): void {
    // A connection that closed meanwhile is no news to whoever sends: the session hears of it by itself.
    this.#socket.send(data, { binary, fin }, () => undefined);
  }
}

function toBuffer(data: Buffer | string): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
}

function slices(data: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < data.length; offset += size) parts.push(data.subarray(offset, offset + size));
  return parts;
}
