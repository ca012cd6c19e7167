import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Field, MessageTable, ScalarType } from './field-table.ts';
import { MAX_LIST_LENGTH } from './readings.ts';

/** A decoded message: numbers, and booleans as such, by name; lists and messages in them. Only what is on the wire. */
export interface DecodedMessage {
  readonly [name: string]: number | boolean | DecodedMessage | readonly (number | boolean | DecodedMessage)[];
}

type Decoded = Record<string, DecodedMessage[string]>;

/** Deeper messages are skipped; the deepest known is 5 deep. */
const MAX_DEPTH = 10;

const WIRE_TYPES: Readonly<Record<ScalarType, WireType>> = {
  uint32: WireType.Varint,
  int32: WireType.Varint,
  sint32: WireType.Varint,
  bool: WireType.Varint,
  enum: WireType.Varint,
  float: WireType.Bit32,
  fixed32: WireType.Bit32,
  double: WireType.Bit64,
};

/**
 * Decodes a message by its table. Fields that the table lacks are skipped, and so are fields whose wire type is not that
 * of the table: firmware changes, and commands are shared between layouts.
 *
 * @throws {Error} when the bytes are no protobuf message
 */
export function decodeMessage(bytes: Uint8Array, table: MessageTable, depth = 0): DecodedMessage {
  const reader = new BinaryReader(bytes);
  const decoded: Decoded = Object.create(null);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = table.get(number);
    if (field === undefined || !readField(reader, wireType, field, decoded, depth)) reader.skip(wireType, number);
  }
  return decoded;
}

/** Reads a field into the message; false, with nothing read, when its wire type is not that of the table. */
function readField(reader: BinaryReader, wireType: WireType, field: Field, decoded: Decoded, depth: number): boolean {
  const { name, type, isRepeated } = field;
  if (typeof type !== 'string') {
    if (wireType !== WireType.LengthDelimited || depth >= MAX_DEPTH) return false;
    put(decoded, name, decodeMessage(reader.bytes(), type, depth + 1), isRepeated);
    return true;
  }
  if (wireType === WIRE_TYPES[type]) {
    put(decoded, name, readScalar(reader, type), isRepeated);
    return true;
  }
  if (!isRepeated || wireType !== WireType.LengthDelimited) return false;
  const packed = new BinaryReader(reader.bytes());
  const list = listOf(decoded, name);
  while (packed.pos < packed.len) {
    const element = readScalar(packed, type);
    if (list.length < MAX_LIST_LENGTH) list.push(element);
  }
  return true;
}

function put(decoded: Decoded, name: string, value: number | boolean | DecodedMessage, isRepeated: boolean): void {
  if (!isRepeated) {
    decoded[name] = value;
    return;
  }
  const list = listOf(decoded, name);
  if (list.length < MAX_LIST_LENGTH) list.push(value);
}

function listOf(decoded: Decoded, name: string): (number | boolean | DecodedMessage)[] {
  const existing = decoded[name];
  if (Array.isArray(existing)) return existing;
  const list: (number | boolean | DecodedMessage)[] = [];
  decoded[name] = list;
  return list;
}

function readScalar(reader: BinaryReader, type: ScalarType): number | boolean {
  switch (type) {
    case 'uint32':
      return reader.uint32();
    // An enumeration is an int32 on the wire.
    case 'int32':
    case 'enum':
      return reader.int32();
    case 'sint32':
      return reader.sint32();
    case 'bool':
      return reader.bool();
    case 'float':
      return reader.float();
    case 'double':
      return reader.double();
    case 'fixed32':
      return reader.fixed32();
  }
}
