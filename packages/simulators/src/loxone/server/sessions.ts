import { type EventBatch, encodeDaytimers, encodeTexts, encodeValues, encodeWeather } from '../wire/event-tables.ts';
import { IDENTIFIER } from '../wire/header.ts';
import type { Message } from './outbox.ts';

/** An open connection, for those who mean all of them. */
export interface OpenSession {
  /** That it logged in with. */
  readonly token: string | undefined;
  /** Whether it holds an event slot. */
  readonly subscribed: boolean;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  /** Sends a message after what is already on its way; resolves when it was handed to the socket. */
  send(message: Message): Promise<void>;
  /** Sends WebSocket messages as they are, without headers of their own. */
  sendFrames(frames: readonly (Buffer | string)[]): Promise<void>;
  /** Writes bytes below the WebSocket. */
  sendRaw(bytes: Buffer): void;
  /** Answers nothing and sends nothing any more, while the connection stays open. */
  mute(): void;
  /** Ends {@link mute}. */
  unmute(): void;
  /** Sends a close frame after what is already on its way; a download under way is broken off. */
  close(code: number, reason: string): Promise<void>;
  /** Ends the connection with a close frame, or without when the client does not answer it. */
  dismiss(code: number, reason: string): Promise<void>;
  /** Breaks the TCP connection with a reset. */
  reset(): void;
}

/** The open WebSocket connections of one Miniserver. */
export class Sessions {
  readonly #open = new Set<OpenSession>();

  /** Those open now. */
  get all(): readonly OpenSession[] {
    return [...this.#open];
  }

  /** How many event slots are taken. */
  get subscribers(): number {
    return this.all.filter((session) => session.subscribed).length;
  }

  /** A connection begins. */
  add(session: OpenSession): void {
    this.#open.add(session);
  }

  /** A connection is gone. */
  remove(session: OpenSession): void {
    this.#open.delete(session);
  }

  /** Sends the events to all subscribers; resolves when they were handed to the sockets. */
  async publish(batch: EventBatch): Promise<void> {
    const messages = eventMessages(batch);
    const subscribers = this.all.filter((session) => session.subscribed);
    await Promise.all(subscribers.flatMap((session) => messages.map((message) => session.send(message))));
  }

  /** Closes the connections that were opened with a token whose time is up (PROTOCOL §6.1). */
  cutToken(token: string): void {
    for (const session of this.all) {
      if (session.token === token) void session.close(1000, 'token expired');
    }
  }
}

/** One message per kind of table that has entries. */
export function eventMessages(batch: EventBatch): Message[] {
  const messages: Message[] = [];
  const { values, texts, daytimers, weather } = batch;
  if (values.length > 0) messages.push({ identifier: IDENTIFIER.values, payload: encodeValues(values) });
  if (texts.length > 0) messages.push({ identifier: IDENTIFIER.texts, payload: encodeTexts(texts) });
  if (daytimers.length > 0) messages.push({ identifier: IDENTIFIER.daytimers, payload: encodeDaytimers(daytimers) });
  if (weather.length > 0) messages.push({ identifier: IDENTIFIER.weather, payload: encodeWeather(weather) });
  return messages;
}
