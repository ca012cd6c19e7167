import type { PointQueue } from '../queue/point-queue.ts';
import type { Range } from '../queue/ranges.ts';

/** Points of one message, as Carbon's own relay sends. */
const MESSAGE_POINTS = 500;

/** Carbon closes the connection at a message over 1 MiB (`PICKLE_RECEIVER_MAX_LENGTH`); ours end far below. */
const MESSAGE_BYTES = 256 * 1024;

/** Bytes of one point besides its path: two tuples, a 32-bit or a long integer, a double, the length of the path. */
const POINT_BYTES = 32;

const PROTO_2_EMPTY_LIST_MARK = Buffer.from([0x80, 2, 0x5d, 0x28]);
const APPENDS_STOP = Buffer.from([0x65, 0x2e]);
const BINUNICODE = 0x58;
const BININT = 0x4a;
const LONG1 = 0x8a;
const BINFLOAT = 0x47;
const TUPLE2 = 0x86;

/** One point as a message carries it. */
export interface PicklePoint {
  readonly path: string;
  readonly value: number;
  readonly timestampSeconds: number;
}

/**
 * One message of the pickle protocol: a big-endian 32-bit length, then a pickle (protocol 2) of
 * `[(path, (timestamp, value)), …]`, timestamp first.
 */
export function pickleMessage(points: readonly PicklePoint[]): Buffer {
  const body = Buffer.concat([PROTO_2_EMPTY_LIST_MARK, ...points.map(pickledPoint), APPENDS_STOP]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Queued points as messages of at most 500. */
export function encodePickle(queue: PointQueue, ranges: readonly Range[]): Buffer[] {
  const messages: Buffer[] = [];
  let points: PicklePoint[] = [];
  let bytes = 0;
  queue.visit(ranges, (path, _pathId, value, timestampSeconds) => {
    points.push({ path, value, timestampSeconds });
    bytes += path.length + POINT_BYTES;
    if (points.length < MESSAGE_POINTS && bytes < MESSAGE_BYTES) return;
    messages.push(pickleMessage(points));
    points = [];
    bytes = 0;
  });
  if (points.length > 0) messages.push(pickleMessage(points));
  return messages;
}

function pickledPoint({ path, value, timestampSeconds }: PicklePoint): Buffer {
  const buffer = Buffer.alloc(path.length + POINT_BYTES);
  let at = buffer.writeUInt8(BINUNICODE);
  at = buffer.writeUInt32LE(path.length, at);
  at += buffer.write(path, at, 'latin1');
  at = writeInteger(buffer, timestampSeconds, at);
  at = buffer.writeUInt8(BINFLOAT, at);
  at = buffer.writeDoubleBE(value, at);
  at = buffer.writeUInt8(TUPLE2, at);
  at = buffer.writeUInt8(TUPLE2, at);
  return buffer.subarray(0, at);
}

/** BININT is signed: from 2038 on, a timestamp is a long of five bytes, the last one zero. */
function writeInteger(buffer: Buffer, value: number, at: number): number {
  if (value < 2 ** 31) return buffer.writeInt32LE(value, buffer.writeUInt8(BININT, at));
  const digits = buffer.writeUInt8(5, buffer.writeUInt8(LONG1, at));
  return buffer.writeUInt8(0, buffer.writeUInt32LE(value, digits));
}
