import { type EventBatch, encodeDaytimers, encodeTexts, encodeValues, encodeWeather } from '../wire/event-tables.ts';
import { IDENTIFIER } from '../wire/header.ts';
import type { Message } from './outbox.ts';
import type { Session } from './session.ts';

/** The open WebSocket connections of one Miniserver. */
export class Sessions {
  readonly #open = new Set<Session>();

  /** Those open now. */
  get all(): readonly Session[] {
    return [...this.#open];
  }

  /** How many event slots are taken. */
  get subscribers(): number {
    return this.all.filter((session) => session.subscribed).length;
  }

  /** A connection begins. */
  add(session: Session): void {
    this.#open.add(session);
  }

  /** A connection is gone. */
  remove(session: Session): void {
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
