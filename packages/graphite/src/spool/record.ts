import { crc32 } from 'node:zlib';

/** One record of a segment file. */
export type SpoolRecord =
  | { readonly kind: 'path'; readonly pathId: number; readonly path: string }
  /** `count` points from sequence number `firstSeq` on; their bytes are read with {@link pointAt}. */
  | { readonly kind: 'points'; readonly firstSeq: number; readonly count: number; readonly body: Buffer }
  /** Points with these sequence numbers are no longer wanted. */
  | { readonly kind: 'done'; readonly from: number; readonly to: number };

const HEAD_BYTES = 8;
const SEQ_BYTES = 6;
const POINT_BYTES = 16;
const POINTS_HEAD_BYTES = 1 + SEQ_BYTES;
const PATH_HEAD_BYTES = 5;

const PATH = 1;
const POINTS = 2;
const DONE = 3;

/** Longer ones are not written, so whatever announces one is no record. */
const MAX_BODY_BYTES = 2 ** 20;

/** Points of one record at most. */
export const RECORD_POINTS = 4096;

/** "This number stands for that path", good for the rest of the file. */
export function pathRecord(pathId: number, path: string): Buffer {
  const body = Buffer.alloc(PATH_HEAD_BYTES + path.length);
  body.writeUInt32LE(pathId, body.writeUInt8(PATH));
  body.write(path, PATH_HEAD_BYTES, 'latin1');
  return framed(body);
}

/** Points of consecutive sequence numbers. */
export function pointsRecord(
  firstSeq: number,
  points: readonly { readonly pathId: number; readonly value: number; readonly timestampSeconds: number }[],
): Buffer {
  const body = Buffer.alloc(POINTS_HEAD_BYTES + points.length * POINT_BYTES);
  let at = body.writeUIntLE(firstSeq, body.writeUInt8(POINTS), SEQ_BYTES);
  for (const { pathId, value, timestampSeconds } of points) {
    at = body.writeUInt32LE(pathId, at);
    at = body.writeUInt32LE(timestampSeconds, at);
    at = body.writeDoubleLE(value, at);
  }
  return framed(body);
}

/** Points that were confirmed or dropped. */
export function doneRecord(from: number, to: number): Buffer {
  const body = Buffer.alloc(1 + 2 * SEQ_BYTES);
  body.writeUIntLE(to, body.writeUIntLE(from, body.writeUInt8(DONE), SEQ_BYTES), SEQ_BYTES);
  return framed(body);
}

/** One point of a record. */
export function pointAt(body: Buffer, index: number) {
  const at = POINTS_HEAD_BYTES + index * POINT_BYTES;
  return {
    pathId: body.readUInt32LE(at),
    timestampSeconds: body.readUInt32LE(at + 4),
    value: body.readDoubleLE(at + 8),
  };
}

/** What was found in a file. */
export interface RecordScan {
  /** Records found damaged, with good ones behind them. */
  readonly damaged: number;
  /** Where the good records end; what follows was torn off in the middle of a write. */
  readonly goodBytes: number;
}

/** Reads the records from `start` on, shows those whose checksum is right, and passes over the others. */
export function scanRecords(bytes: Buffer, start: number, see: (record: SpoolRecord) => void): RecordScan {
  let at = start;
  let goodBytes = start;
  let bad = 0;
  let damaged = 0;
  while (at + HEAD_BYTES < bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEAD_BYTES + length;
    if (length === 0 || length > MAX_BODY_BYTES || end > bytes.length) break;
    const body = bytes.subarray(at + HEAD_BYTES, end);
    const record = crc32(body) === bytes.readUInt32LE(at + 4) ? parsed(body) : undefined;
    at = end;
    if (record === undefined) {
      bad += 1;
      continue;
    }
    see(record);
    damaged += bad;
    bad = 0;
    goodBytes = end;
  }
  return { damaged, goodBytes };
}

/** Length of the body, its CRC-32, the body: little-endian throughout. */
function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(crc32(body), head.writeUInt32LE(body.length));
  return Buffer.concat([head, body]);
}

function parsed(body: Buffer): SpoolRecord | undefined {
  const kind = body[0];
  if (kind === PATH && body.length > PATH_HEAD_BYTES) {
    return { kind: 'path', pathId: body.readUInt32LE(1), path: body.toString('latin1', PATH_HEAD_BYTES) };
  }
  if (kind === POINTS && body.length >= POINTS_HEAD_BYTES) {
    const count = Math.floor((body.length - POINTS_HEAD_BYTES) / POINT_BYTES);
    return { kind: 'points', firstSeq: body.readUIntLE(1, SEQ_BYTES), count, body };
  }
  if (kind === DONE && body.length === 1 + 2 * SEQ_BYTES) {
    return { kind: 'done', from: body.readUIntLE(1, SEQ_BYTES), to: body.readUIntLE(1 + SEQ_BYTES, SEQ_BYTES) };
  }
  return undefined;
}
