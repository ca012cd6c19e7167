import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { BadPayloadError } from './message.ts';

/** One message of a frame: who speaks, which command, and its bytes. Absent numbers are 0, absent texts empty. */
export interface Header {
  readonly pdata: Uint8Array | undefined;
  readonly src: number;
  readonly encType: number;
  readonly cmdFunc: number;
  readonly cmdId: number;
  readonly seq: number;
  /** Text of a number when the cloud answers for the device: `-2`, it is off line. */
  readonly code: string;
  /** Serial number of the device that speaks. */
  readonly deviceSn: string;
}

/** A header under construction. */
type HeaderFields = { -readonly [Name in keyof Header]: Header[Name] };

/** The cloud and the apps. What they say is not masked. */
const APP = 32;

/** A full state has about ten. */
const MAX_HEADERS = 256;

const NUMBERS = { 2: 'src', 6: 'encType', 8: 'cmdFunc', 9: 'cmdId', 14: 'seq' } as const;
const TEXTS = { 22: 'code', 25: 'deviceSn' } as const;

/**
 * Splits a frame into its headers.
 *
 * @throws {BadPayloadError} when it is no protobuf, or holds no header or too many
 */
export function readHeaders(frame: Uint8Array): Header[] {
  const headers: Header[] = [];
  try {
    const reader = new BinaryReader(frame);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number !== 1 || wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
      else if (headers.push(readHeader(reader.bytes())) > MAX_HEADERS) throw new BadPayloadError('too many headers');
    }
  } catch (cause) {
    throw cause instanceof BadPayloadError ? cause : new BadPayloadError('not a protobuf frame', { cause });
  }
  if (headers.length === 0) throw new BadPayloadError('a frame without headers');
  return headers;
}

/** Whether a header leaves out which command it is. */
export function lacksCommand({ cmdFunc, cmdId }: Header): boolean {
  return cmdFunc === 0 && cmdId === 0;
}

/** The ways to read a header's bytes, likelier first: unmasked with its own sequence number, and as they stand. */
export function plainCandidates(header: Header): Uint8Array[] {
  const { pdata, encType, src, seq } = header;
  if (pdata === undefined) return [];
  const mask = seq & 0xff;
  if (src === APP || mask === 0) return [pdata];
  const unmasked = pdata.map((byte) => byte ^ mask);
  if (encType === 1) return [unmasked, pdata];
  // Headers that leave out the command leave out whether they are masked, too.
  return lacksCommand(header) ? [pdata, unmasked] : [pdata];
}

/**
 * The frame that makes a protobuf device say everything. A header without command and data: it asks, it changes nothing.
 *
 * @param seq any number, as an id of the request @param from any text
 */
export function encodeGetAll(seq: number, from: string): Uint8Array {
  const header = new BinaryWriter();
  header.tag(2, WireType.Varint).int32(APP).tag(3, WireType.Varint).int32(APP);
  header.tag(14, WireType.Varint).int32(seq).tag(23, WireType.LengthDelimited).string(from);
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(header.finish()).finish();
}

function readHeader(bytes: Uint8Array): Header {
  const reader = new BinaryReader(bytes);
  const header: HeaderFields = {
    pdata: undefined,
    src: 0,
    encType: 0,
    cmdFunc: 0,
    cmdId: 0,
    seq: 0,
    code: '',
    deviceSn: '',
  };
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (!readHeaderField(reader, number, wireType, header)) reader.skip(wireType, number);
  }
  return header;
}

function readHeaderField(reader: BinaryReader, number: number, wireType: WireType, header: HeaderFields): boolean {
  if (wireType === WireType.LengthDelimited && number === 1) header.pdata = reader.bytes();
  else if (wireType === WireType.LengthDelimited && isKeyOf(TEXTS, number)) header[TEXTS[number]] = reader.string();
  else if (wireType === WireType.Varint && isKeyOf(NUMBERS, number)) header[NUMBERS[number]] = reader.int32();
  else return false;
  return true;
}

function isKeyOf<T extends object>(record: T, number: number): number is keyof T & number {
  return Object.hasOwn(record, number);
}
