import type { FamilyTable } from './field-table.ts';
import { readFrame } from './frame.ts';
import { readJsonMessage } from './json-message.ts';
import { BadPayloadError, MAX_PAYLOAD_BYTES, type Message } from './message.ts';
import { createReadings } from './readings.ts';

/** What the reading of payloads needs to know of a device. */
export interface PayloadOptions {
  readonly serialNumber: string;
  readonly table: FamilyTable;
  /** Keys whose 0 marks a frame as junk, sent while a battery module starts. */
  readonly junkMarks?: readonly string[];
}

/** How a payload was coded. */
export type Encoding = 'json' | 'protobuf';

/** What a payload says, and how. */
export interface DecodedPayload extends Message {
  readonly encoding: Encoding;
}

const FIRST_BYTE_OF_FRAME = 0x0a;
const OPENING_BRACE = 0x7b;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * Reads a payload of either broker: JSON, a protobuf frame, or a frame as base64 text.
 *
 * @throws {BadPayloadError} when it is none of these
 */
export function readPayload(payload: Uint8Array, options: PayloadOptions): DecodedPayload {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new BadPayloadError(`a payload of ${payload.length} bytes`);
  const json = parseJson(payload);
  if (json !== undefined) return { ...withoutJunk(readJsonMessage(json), options.junkMarks), encoding: 'json' };
  // Not base64 first: a frame of nothing but ASCII could pass for it.
  const frame = payload[0] === FIRST_BYTE_OF_FRAME ? payload : fromBase64(payload);
  return { ...readFrame(frame, options.table, options.serialNumber), encoding: 'protobuf' };
}

/** Parses a payload that begins like a JSON object; undefined when it is none. */
export function parseJson(payload: Uint8Array): unknown {
  if (payload.find((byte) => byte > 0x20) !== OPENING_BRACE) return undefined;
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

function withoutJunk(message: Message, junkMarks: readonly string[] = []): Message {
  const isJunk = junkMarks.some((key) => message.readings.values.get(key) === 0);
  return isJunk ? { ...message, readings: createReadings() } : message;
}

function fromBase64(payload: Uint8Array): Uint8Array {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1').trim();
  const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes?.[0] !== FIRST_BYTE_OF_FRAME) throw new BadPayloadError('neither JSON nor a protobuf frame');
  return bytes;
}
