import type { PointQueue } from '../queue/point-queue.ts';
import type { Range } from '../queue/ranges.ts';
import { pathRecord, pointsRecord, RECORD_POINTS } from './record.ts';
import type { OpenSegment } from './segment.ts';

/** Where records go. */
export interface RecordTarget {
  /** The file for a record that begins with this sequence number. */
  segment(firstSeq: number): OpenSegment;
  /** Everything below this sequence number is written. */
  reached(seq: number): void;
}

/** Writes queued points down, with the paths that the file does not know yet. @throws an error of the file system */
export function writePending(queue: PointQueue, ranges: readonly Range[], target: RecordTarget): void {
  for (const { from, to } of ranges) {
    for (let start = from; start < to; start += RECORD_POINTS) {
      const end = Math.min(to, start + RECORD_POINTS);
      writeRecord(queue, { from: start, to: end }, target.segment(start));
      target.reached(end);
    }
  }
}

function writeRecord(queue: PointQueue, range: Range, segment: OpenSegment): void {
  const newPaths = new Map<number, string>();
  const points: { pathId: number; value: number; timestampSeconds: number }[] = [];
  queue.visit([range], (path, pathId, value, timestampSeconds) => {
    if (!segment.knows(pathId, path)) newPaths.set(pathId, path);
    points.push({ pathId, value, timestampSeconds });
  });
  const paths = Array.from(newPaths, ([pathId, path]) => pathRecord(pathId, path));
  segment.append(Buffer.concat([...paths, pointsRecord(range.from, points)]));
  for (const [pathId, path] of newPaths) segment.learn(pathId, path);
  segment.reach(range.to);
}
