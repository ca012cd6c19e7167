import type { Fault } from './fault.ts';

/** Kinds of messages by their identifier, the second byte of a header ("Communicating with the Miniserver"). */
export const MESSAGE_KINDS = [
  'text',
  'file',
  'value-states',
  'text-states',
  'daytimer-states',
  'out-of-service',
  'keepalive',
  'weather-states',
] as const;

/** One of {@link MESSAGE_KINDS}. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Kinds that are a header and nothing else. */
export type BareKind = 'out-of-service' | 'keepalive';

/** Kinds whose payload is a table of events. */
type TableKind = 'value-states' | 'text-states' | 'daytimer-states' | 'weather-states';

/**
 * What a Miniserver says.
 *
 * `bytes` may be part of the frame that was pushed: they hold until the next push, and are to be copied by whoever keeps
 * them for longer.
 */
export type Message =
  /** The answer to a command. */
  | { readonly kind: 'text'; readonly text: string }
  /** A file, answer to a command as well. Text files are UTF-8. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: TableKind; readonly bytes: Uint8Array }
  /** `keepalive` answers the command of that name. `out-of-service` announces a restart or an update; a close follows. */
  | { readonly kind: BareKind }
  | ({ readonly kind: 'fault' } & Fault);

const utf8 = new TextDecoder();

/** The message of a kind with a payload, whichever sort of frame has brought it. */
export function messageOf(kind: Exclude<MessageKind, BareKind>, payload: Uint8Array | string): Message {
  if (kind === 'text') return { kind, text: typeof payload === 'string' ? payload : utf8.decode(payload) };
  return { kind, bytes: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload };
}
