import { fieldOf, isRecord, type JsonRecord, numberOf, textOf } from './record.ts';

/** The answer to a `jdev/…` command ("Communicating with the Miniserver"): `{"LL": {"control", "value", "Code"}}`. */
export interface Envelope {
  /** The command, as the Miniserver sees it: with `dev/` for `jdev/`, decrypted or not. Not to be matched on. */
  readonly control: string;

  /** 200 for success; the other codes are those of HTTP and some of Loxone's own. */
  readonly code: number;

  /** A text, number or object. Objects may come as text: {@link readObject}. */
  readonly value: unknown;
}

/** An answer that is no envelope, or a value that is no object. Never quotes what it found: that may be a token. */
export class MalformedEnvelopeError extends Error {}

/**
 * Reads the answer to a command.
 *
 * The code is called `Code` or `code`, and is a text or a number (both observed). Raw control characters, seen in long
 * values, are read as blanks.
 *
 * @throws {MalformedEnvelopeError}
 */
export function parseEnvelope(text: string): Envelope {
  const document = parseJson(text) ?? parseJson(text.replace(/\p{Cc}/gu, ' '));
  const envelope = isRecord(document) ? fieldOf(document, 'LL') : undefined;
  if (!isRecord(envelope)) {
    throw new MalformedEnvelopeError(`expected an LL envelope, found ${text.length} characters of something else`);
  }
  const code = numberOf(fieldOf(envelope, 'Code') ?? fieldOf(envelope, 'code'));
  if (code === undefined) throw new MalformedEnvelopeError('expected an LL envelope with a numeric code, found none');
  return { control: textOf(fieldOf(envelope, 'control')), code, value: fieldOf(envelope, 'value') };
}

/**
 * The object that an envelope's value is, or that it holds as text. Some texts are JSON with single quotes (apiKey).
 *
 * @throws {MalformedEnvelopeError}
 */
export function readObject(value: unknown): JsonRecord {
  const object = typeof value === 'string' ? (parseJson(value) ?? parseJson(value.replaceAll("'", '"'))) : value;
  if (isRecord(object)) return object;
  throw new MalformedEnvelopeError(`expected an object, found ${describe(value)}`);
}

/** Undefined for what is no JSON. The error is left behind, as V8 quotes the text in it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `a text of ${value.length} characters` : typeof value;
}
