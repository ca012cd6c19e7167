import { pathFault, readingFault } from '../point.ts';
import type { PointQueue } from '../queue/point-queue.ts';
import type { Range } from '../queue/ranges.ts';
import { pointAt, type SpoolRecord, scanRecords } from './record.ts';
import { firstSeqOf, MAGIC, type Segment, segmentFiles } from './segment.ts';
import type { SpoolFiles } from './spool-files.ts';

/** What was found. */
export interface LoadedSpool {
  readonly segments: Segment[];
  /** What could not be read, for the log. */
  readonly problems: readonly string[];
}

/** Fills a queue with the points of all segment files that were not confirmed. @throws an error of the file system */
export function loadSegments(directory: string, files: SpoolFiles, queue: PointQueue): LoadedSpool {
  const segments: Segment[] = [];
  const problems: string[] = [];
  const done: Range[] = [];
  let taken = 0;
  for (const file of segmentFiles(directory, files)) {
    // A file that stays where it is keeps its name, so that no new one may have it.
    taken = Math.max(taken, firstSeqOf(file) + 1);
    const bytes = readable(file, files);
    if (bytes === undefined) {
      problems.push(`${file} cannot be read, or is of another format`);
      continue;
    }
    const reader = new SegmentReader(queue, done);
    const { damaged, goodBytes } = scanRecords(bytes, Math.min(MAGIC.length, bytes.length), (record) =>
      reader.see(record),
    );
    if (goodBytes < bytes.length) {
      problems.push(`${file} ends in the middle of a record: ${bytes.length - goodBytes} bytes are cut off`);
      files.truncateSync(file, goodBytes);
    }
    if (damaged > 0) problems.push(`${file} has ${damaged} damaged records`);
    if (reader.unreadable > 0) problems.push(`${file} has ${reader.unreadable} points that cannot be understood`);
    segments.push({ file, bytes: goodBytes, span: reader.span });
  }
  for (const range of done) {
    queue.remove(range);
    queue.skipTo(range.to);
  }
  queue.skipTo(taken);
  return { segments, problems };
}

function readable(file: string, files: SpoolFiles): Buffer | undefined {
  try {
    const bytes = files.readFileSync(file);
    // A file that was begun when the disk was full, or the power went, may be shorter than its beginning.
    return MAGIC.subarray(0, bytes.length).equals(bytes.subarray(0, MAGIC.length)) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the records of one file into a queue. */
class SegmentReader {
  unreadable = 0;
  readonly #queue: PointQueue;
  readonly #done: Range[];
  readonly #paths = new Map<number, string>();
  #from = Number.POSITIVE_INFINITY;
  #to = 0;

  constructor(queue: PointQueue, done: Range[]) {
    this.#queue = queue;
    this.#done = done;
  }

  get span(): Range {
    return { from: Math.min(this.#from, this.#to), to: this.#to };
  }

  see(record: SpoolRecord): void {
    if (record.kind === 'path') this.#paths.set(record.pathId, record.path);
    else if (record.kind === 'done') this.#done.push(record);
    else this.#restore(record.firstSeq, record.count, record.body);
  }

  #restore(firstSeq: number, count: number, body: Buffer): void {
    for (let index = 0; index < count; index += 1) {
      const seq = firstSeq + index;
      const { pathId, value, timestampSeconds } = pointAt(body, index);
      const path = this.#paths.get(pathId);
      // Numbers rise from file to file; where they do not, a second process was at work.
      if (path === undefined || seq < this.#queue.end || !isGood(path, value, timestampSeconds)) this.unreadable += 1;
      else this.#queue.appendAt(seq, path, value, timestampSeconds);
    }
    this.#from = Math.min(this.#from, firstSeq);
    this.#to = Math.max(this.#to, firstSeq + count);
  }
}

function isGood(path: string, value: number, timestampSeconds: number): boolean {
  return (readingFault({ path, value, timestampSeconds }) ?? pathFault(path)) === undefined;
}
