import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from '../../clock.ts';
import type { OpenCommand, OpenConnection } from '../ledger-book.ts';
import type { CodeStyle } from '../wire/envelope.ts';
import { encodeAnswer } from './answer-message.ts';
import type { CommandChannel } from './command-channel.ts';
import type { Answer, Caller } from './commands/command.ts';
import { dispatch, isMutating } from './commands/dispatch.ts';
import type { Core } from './core.ts';
import type { Outbox } from './outbox.ts';
import { eventMessages } from './sessions.ts';

/** What a conversation is held with and over. */
export interface ConversationParts {
  readonly core: Core;
  readonly caller: Caller & { close(code: number, reason: string): Promise<void> };
  readonly record: OpenConnection;
  readonly channel: CommandChannel;
  readonly outbox: Outbox;
}

/** An answer as it is going to be written; `raw` replaces the whole text. */
interface Decision {
  readonly answer: Answer;
  readonly codeStyle: CodeStyle;
  readonly raw?: string | undefined;
}

/** The commands of one connection: taken one by one and answered strictly in order (PROTOCOL §3). */
export class Conversation {
  readonly #parts: ConversationParts;
  #unanswered = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Takes a command as it was received; the answer leaves when its turn comes. */
  take(received: string): void {
    const overlapping = this.#unanswered > 0;
    this.#unanswered += 1;
    const atMs = this.#parts.core.settings.clock.now();
    this.#work = this.#work.then(() => this.#perform(received, overlapping, atMs));
  }

  async #perform(received: string, overlapping: boolean, atMs: number): Promise<void> {
    const { core, caller, record: connection, channel, outbox } = this.#parts;
    const { wire, clock } = core.settings;
    // At least one turn of the event loop, so that a command sent too early is seen to overlap.
    await (wire.answerDelayMs > 0 ? pause(clock, wire.answerDelayMs) : nextTurn());
    const { text, encryption } = channel.open(received);
    const record: OpenCommand = { atMs, connection: caller.id, command: text ?? received, encryption, overlapping };
    core.ledger.command(record, connection);
    if (core.plan.takeHang(record.command)) outbox.muted = true;
    if (outbox.muted) return;
    const wasSubscribed = caller.subscribed;
    const { answer, codeStyle, raw } = this.#decide(text, record);
    if ('close' in answer) return caller.close(answer.close.code, answer.close.reason);
    record.code = 'file' in answer ? 200 : answer.code;
    core.ledger.changed();
    const message = encodeAnswer({ answer, codeStyle, raw, received, record }, wire, channel, core.plan);
    const answered = outbox.send(message, () => {
      this.#unanswered -= 1;
    });
    if (caller.subscribed && !wasSubscribed) this.#sendEverything();
    await answered;
  }

  #decide(text: string | undefined, record: OpenCommand): Decision {
    const { core, caller } = this.#parts;
    const planned = core.plan.takeAnswer(record.command);
    if (planned !== undefined) {
      const answer = { code: planned.code, value: planned.value ?? '' };
      return { answer, codeStyle: 'Code', raw: planned.raw };
    }
    if (text === undefined) return { answer: { code: 401, value: '' }, codeStyle: 'Code' };
    if (isMutating(text)) {
      core.ledger.violation(record);
      return { answer: { code: 403, value: '' }, codeStyle: 'Code' };
    }
    return dispatch({ core, caller, text, encryption: record.encryption });
  }

  /** After the subscription come large tables with every state there is (PROTOCOL §3.3). */
  #sendEverything(): void {
    const { core, outbox } = this.#parts;
    for (const message of eventMessages(core.home.house.snapshot())) void outbox.send(message);
  }
}
