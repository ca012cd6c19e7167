import type { FaultReason } from './fault.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { HEADER_BYTES, type Header, looksLikeHeader, looksLikeMessage, mayBeginHeader, readHeader } from './header.ts';
import { type BareKind, type Message, type MessageKind, messageOf } from './message.ts';

/** Settings of a {@link MessageReader}. */
export interface MessageReaderOptions {
  /**
   * The longest payload accepted, in bytes; a header that announces more is a fault. Default 16 MiB, as structure files
   * exceed 1 MiB. Memory is taken as bytes arrive, not as they are announced, so one limit serves all kinds.
   */
  readonly maxPayloadBytes?: number;
}

/** A payload that an exact header has announced. */
interface Due {
  /** What the payload will be; undefined when it was refused and is only to be skipped. */
  readonly kind: Exclude<MessageKind, BareKind> | undefined;

  /** How much of it is still to come; never 0. */
  missingBytes: number;
}

const NOTHING = new Uint8Array(0);

/**
 * Puts the frames of one Miniserver connection together to messages.
 *
 * A message is a header in a binary frame and a payload in the next frame, binary or text. A header may be announced by
 * an estimated one, and Loxone's own client also takes a payload straight after that, when its size is the estimate.
 * Binary frames are read as a stream, should something on the way have joined or parted them: a header may have its
 * payload and further messages behind it in one frame, and either may come in pieces. Text frames stand alone.
 *
 * Nothing that is pushed throws. What cannot be read becomes a message of kind `fault`, after which the reader is in
 * step again with the next frame that begins with a header. A text frame without a header is read as an answer: it says
 * itself where it ends, and the client's next command waits for it.
 */
export class MessageReader {
  readonly #maxPayloadBytes: number;
  #messages: Message[] = [];
  /** The last header, if it was an estimated one. */
  #estimate: Header | undefined;
  #due: Due | undefined;
  /** What has arrived of the payload that is due, or else of a header. */
  readonly #pieces = new GrowingBytes();

  constructor(options: MessageReaderOptions = {}) {
    this.#maxPayloadBytes = options.maxPayloadBytes ?? 2 ** 24;
  }

  /**
   * Takes the next WebSocket frame and returns the messages that are complete with it, usually none or one.
   *
   * @param data the frame's data. A text frame may come as text or, as the package `ws` has it, as bytes.
   */
  push(data: Uint8Array | string, isBinary: boolean): Message[] {
    if (isBinary && typeof data !== 'string') this.#takeBinary(data);
    else this.#takeText(data);
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  #takeText(text: Uint8Array | string): void {
    // A text frame knows its own end; lengths count bytes and are not held against it.
    if (this.#estimate !== undefined) {
      this.#announce({ ...this.#estimate, estimated: false, lengthBytes: text.length });
    }
    const kind = this.#due?.kind;
    if (this.#due !== undefined && kind === undefined) {
      this.#due = undefined;
    } else if ((kind === 'text' || kind === 'file') && this.#pieces.length === 0) {
      this.#due = undefined;
      this.#messages.push(messageOf(kind, text));
    } else {
      this.#giveUp();
      // An empty frame is the payload of an empty message, which was complete with its header.
      if (text.length > 0) this.#messages.push(messageOf('text', text));
    }
  }

  #takeBinary(frame: Uint8Array): void {
    if (this.#isCutOffBy(frame)) this.#giveUp();
    let rest = frame;
    while (rest.length > 0) {
      if (this.#due !== undefined) rest = this.#takePayload(this.#due, rest);
      else if (this.#estimate !== undefined) rest = this.#takeExact(this.#estimate, rest);
      else rest = this.#takeHeader(rest);
    }
  }

  /** Whether a new message begins where the rest of something incomplete should be. */
  #isCutOffBy(frame: Uint8Array): boolean {
    // 8 bytes alone make no header: the payload that is due may be a file of 8 bytes.
    if (this.#due !== undefined) return frame.length !== this.#due.missingBytes && looksLikeMessage(frame);
    return this.#pieces.length > 0 && looksLikeMessage(frame);
  }

  #takeHeader(rest: Uint8Array): Uint8Array {
    if (this.#pieces.length === 0 && !mayBeginHeader(rest)) return this.#dropped(rest);
    const part = rest.subarray(0, HEADER_BYTES - this.#pieces.length);
    if (part.length === HEADER_BYTES) {
      this.#announce(readHeader(part));
    } else {
      this.#pieces.append(part);
      if (this.#pieces.length === HEADER_BYTES) this.#announce(readHeader(this.#pieces.take()));
    }
    return rest.subarray(part.length);
  }

  /** What may follow an estimated header: the exact one, or at once a payload of just that length. */
  #takeExact(estimate: Header, rest: Uint8Array): Uint8Array {
    const isEstimatedLength = rest.length === estimate.lengthBytes;
    if (isEstimatedLength && !looksLikeMessage(rest)) {
      this.#announce({ ...estimate, estimated: false });
      return rest;
    }
    this.#estimate = undefined;
    if (!mayBeginHeader(rest)) {
      const found = `${rest.length} bytes that are no header`;
      this.#fault('wrong_length', `expected a header or ${estimate.lengthBytes} bytes, found ${found}`);
      return NOTHING;
    }
    if (looksLikeHeader(rest) && readHeader(rest).identifier !== estimate.identifier) {
      this.#fault('truncated', 'expected the payload of an estimated header, found the next message');
    }
    return this.#takeHeader(rest);
  }

  #takePayload(due: Due, rest: Uint8Array): Uint8Array {
    const part = rest.subarray(0, due.missingBytes);
    due.missingBytes -= part.length;
    const isWhole = due.missingBytes === 0;
    if (due.kind !== undefined && (!isWhole || this.#pieces.length > 0)) this.#pieces.append(part);
    if (isWhole) {
      this.#due = undefined;
      const payload = this.#pieces.length > 0 ? this.#pieces.take() : part;
      if (due.kind !== undefined) this.#messages.push(messageOf(due.kind, payload));
    }
    return rest.subarray(part.length);
  }

  #announce(header: Header): void {
    const { kind, lengthBytes } = header;
    this.#estimate = undefined;
    if (kind === 'keepalive' || kind === 'out-of-service') {
      this.#messages.push({ kind });
    } else if (header.estimated) {
      this.#estimate = header;
    } else if (this.#isRefused(header)) {
      if (lengthBytes > 0) this.#due = { kind: undefined, missingBytes: lengthBytes };
    } else if (kind !== undefined) {
      if (lengthBytes > 0) this.#due = { kind, missingBytes: lengthBytes };
      else this.#messages.push(messageOf(kind, NOTHING));
    }
  }

  #isRefused({ identifier, kind, lengthBytes }: Header): boolean {
    if (kind === undefined) {
      this.#fault('unknown_identifier', `expected an identifier from 0 to 7, found ${identifier}`);
      return true;
    }
    if (lengthBytes <= this.#maxPayloadBytes) return false;
    this.#fault(
      'oversized',
      `expected at most ${this.#maxPayloadBytes} bytes of ${kind}, found ${lengthBytes} announced`,
    );
    return true;
  }

  #dropped(frame: Uint8Array): Uint8Array {
    const start = [...frame.subarray(0, HEADER_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    this.#fault('bad_header', `expected a header, which begins with 03, found ${start} first in ${frame.length} bytes`);
    return NOTHING;
  }

  /** Forgets what is incomplete; what was refused has had its fault already. */
  #giveUp(): void {
    const { length } = this.#pieces;
    if (this.#due?.kind !== undefined) {
      const expected = `${this.#due.missingBytes + length} bytes of ${this.#due.kind}`;
      this.#fault('truncated', `expected ${expected}, found ${length} and then the next message`);
    } else if (length > 0) {
      this.#fault('truncated', `expected ${HEADER_BYTES} bytes of a header, found ${length} and then the next message`);
    }
    this.#due = undefined;
    this.#pieces.take();
  }

  #fault(reason: FaultReason, detail: string): void {
    this.#messages.push({ kind: 'fault', reason, detail });
  }
}
