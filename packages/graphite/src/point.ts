/** One reading for Graphite. */
export interface GraphitePoint {
  /** Segments of `A-Z a-z 0-9 _ -`, parted by dots; base units are named in the last one. */
  readonly path: string;

  /** `true` and `false` are 1 and 0. */
  readonly value: number | boolean;

  /** When it was read, Unix time in seconds; Carbon knows whole ones, so a fraction is cut off. */
  readonly timestampSeconds: number;
}

/** Why a point is not taken. */
export type RefusalReason = 'invalid_path' | 'too_long' | 'not_finite' | 'invalid_timestamp';

/**
 * Longest path in bytes. Carbon closes the connection at a line over 16 384 bytes, and its disk takes no file name over
 * 4 096, its own folder included.
 */
const MAX_PATH_BYTES = 3500;

/** Carbon takes a longer one and cannot store it: with `.wsp` a file name has at most 255 bytes. */
const MAX_SEGMENT_BYTES = 251;

/** What whisper has room for: 32 bits. Milliseconds taken for seconds are well above. */
const MAX_TIMESTAMP_SECONDS = 2 ** 32 - 1;

const PATH = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/**
 * Why a path cannot be sent, or undefined.
 *
 * One byte that is not UTF-8, or a line too long, makes Carbon close the connection, and the good lines behind it are lost;
 * a blank or a line feed would be another line. So only what can do no harm passes.
 */
export function pathFault(path: string): RefusalReason | undefined {
  if (path.length > MAX_PATH_BYTES) return 'too_long';
  if (!PATH.test(path)) return 'invalid_path';
  return path.split('.').some((segment) => segment.length > MAX_SEGMENT_BYTES) ? 'too_long' : undefined;
}

/**
 * Why value or timestamp cannot be sent, or undefined. Carbon drops a NaN without a word, stores an infinity, and closes the
 * connection at a timestamp that is either; it takes -1 for "now".
 */
export function readingFault({ value, timestampSeconds }: GraphitePoint): RefusalReason | undefined {
  if (typeof value !== 'boolean' && !Number.isFinite(value)) return 'not_finite';
  const isTime = timestampSeconds >= 1 && Math.floor(timestampSeconds) <= MAX_TIMESTAMP_SECONDS;
  return isTime ? undefined : 'invalid_timestamp';
}
