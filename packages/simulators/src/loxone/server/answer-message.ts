import type { CommandRecord } from '../ledger.ts';
import type { Settings } from '../options.ts';
import { type CodeStyle, encodeEnvelope, type Reply } from '../wire/envelope.ts';
import { IDENTIFIER } from '../wire/header.ts';
import type { CommandChannel } from './command-channel.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Message } from './outbox.ts';

/** An answer with all that decides how it is written. */
export interface AnswerParts {
  readonly answer: Reply | { readonly file: string };
  readonly codeStyle: CodeStyle;
  /** Replaces the whole text. */
  readonly raw?: string | undefined;
  readonly received: string;
  readonly record: CommandRecord;
}

/** The message that carries an answer: a file as it is, an envelope in the clear or, for `fenc`, encrypted. */
export function encodeAnswer(
  parts: AnswerParts,
  wire: Settings['wire'],
  channel: CommandChannel,
  plan: FaultPlan,
): Message {
  const { answer, codeStyle, raw, received, record } = parts;
  if ('file' in answer) {
    const payload = Buffer.from(answer.file, 'utf8');
    return { identifier: IDENTIFIER.file, payload, asText: true, bytesPerSecond: plan.structureBytesPerSecond };
  }
  const text = raw ?? encodeEnvelope(echo(wire.echo, received, record.command), answer, codeStyle);
  const isReadable = record.command !== received;
  const sealed = record.encryption === 'fenc' && isReadable ? sealFenc(text, wire.base64LineFeeds, channel) : text;
  return { identifier: IDENTIFIER.text, payload: Buffer.from(sealed, 'utf8'), asText: true };
}

/** No client may rely on how its command is called in the answer (PROTOCOL §3). */
function echo(style: Settings['wire']['echo'], received: string, command: string): string {
  if (style === 'received') return received;
  return style === 'dev' ? command.replace(/^jdev\//, 'dev/') : command;
}

function sealFenc(text: string, withLineFeeds: boolean, channel: CommandChannel): string {
  const sealed = channel.seal(text);
  return withLineFeeds ? sealed.replace(/.{76}/g, '$&\r\n') : sealed;
}
