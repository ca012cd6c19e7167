import type { PointQueue } from '../queue/point-queue.ts';
import type { Range } from '../queue/ranges.ts';

/** One write: large ones are what makes it fast. */
const WRITE_BYTES = 64 * 1024;

/**
 * One line of the plaintext protocol, line feed included: path, value, Unix time in whole seconds. What JavaScript prints of a
 * finite number, Python's `float()` reads as the same double.
 */
function plaintextLine(path: string, value: number, timestampSeconds: number): string {
  return `${path} ${value} ${timestampSeconds}\n`;
}

/** Queued points as lines, in writes of about 64 kB. */
export function encodePlaintext(queue: PointQueue, ranges: readonly Range[]): Buffer[] {
  const writes: Buffer[] = [];
  let text = '';
  queue.visit(ranges, (path, _pathId, value, timestampSeconds) => {
    text += plaintextLine(path, value, timestampSeconds);
    if (text.length < WRITE_BYTES) return;
    // Every character is ASCII: the path was checked, the rest are numbers.
    writes.push(Buffer.from(text, 'latin1'));
    text = '';
  });
  if (text !== '') writes.push(Buffer.from(text, 'latin1'));
  return writes;
}
