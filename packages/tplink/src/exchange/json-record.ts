import { ProtocolError } from '../device-error.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON object.
 *
 * @param what what it is, for the message; the text itself is never quoted, as it can hold keys
 * @throws {ProtocolError} when the text is anything else
 */
export function parseRecord(text: string, what: string): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError(`${what}: expected JSON, found ${text.length} characters of something else`, { cause });
  }
  return asRecord(value, what);
}

/** @throws {ProtocolError} when the value is no object */
export function asRecord(value: unknown, what: string): JsonRecord {
  if (isRecord(value)) return value;
  throw new ProtocolError(`${what}: expected an object, found ${value === null ? 'null' : typeof value}`);
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `error_code` of an answer; one that has none is good. */
export function errorCodeOf({ error_code: code = 0 }: JsonRecord, what: string): number {
  if (typeof code === 'number') return code;
  throw new ProtocolError(`${what}: expected a number as error_code, found ${typeof code}`);
}

/** @throws {ProtocolError} when the field is no text, or an empty one */
export function textOf(record: JsonRecord, field: string, what: string): string {
  const value = record[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new ProtocolError(
    `${what}: expected a text as ${field}, found ${value === '' ? 'an empty one' : typeof value}`,
  );
}
