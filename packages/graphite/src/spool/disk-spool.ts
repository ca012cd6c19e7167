import type { Clock, Timer } from '@device-exporters/retry';
import type { OutputLog } from '../log.ts';
import type { Spool } from '../queue/durable-queue.ts';
import type { PointQueue } from '../queue/point-queue.ts';
import type { Range } from '../queue/ranges.ts';
import { loadSegments } from './load.ts';
import { doneRecord } from './record.ts';
import { OpenSegment } from './segment.ts';
import { SegmentShelf } from './segment-shelf.ts';
import type { SpoolFiles } from './spool-files.ts';
import { SpoolInUseError, SpoolLock, TOUCH_MS } from './spool-lock.ts';
import { writePending } from './write-pending.ts';

/** What a spool on disk works with. */
export interface DiskSpoolDeps {
  readonly directory: string;
  readonly files: SpoolFiles;
  readonly clock: Clock;
  readonly log: OutputLog;
  /** Told of every failure of the file system and every damaged record. */
  readonly onError: () => void;
}

/** A segment is closed when it is larger, so that it can be deleted as soon as its points are confirmed. */
const SEGMENT_BYTES = 1024 * 1024;

/** A quiet spool begins a new file at this size. */
const IDLE_SEGMENT_BYTES = 64 * 1024;

/** How long what was written may be in the kernel alone. A killed process loses nothing of it, a power cut does. */
const SYNC_MS = 1000;

/** How long the spool is left alone after a failure. */
const RETRY_MS = 10_000;

/**
 * Segment files in a directory that one process at a time uses, the one that has its lock. While it cannot be written,
 * points are in memory alone.
 */
export class DiskSpool implements Spool {
  readonly #deps: DiskSpoolDeps;
  readonly #shelf: SegmentShelf;
  #open: OpenSegment | undefined;
  #lock: SpoolLock | undefined;
  /** Points from here on are not on disk. */
  #savedTo = 0;
  #retryAtMs = 0;
  #isUp = true;
  /** Another process has taken the directory over, with the points in it: it is not to be touched any more. */
  #isLost = false;
  #syncTimer: Timer | undefined;
  #touchTimer: Timer | undefined;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(deps: DiskSpoolDeps) {
    this.#deps = deps;
    this.#shelf = new SegmentShelf(deps);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get bytes(): number {
    return this.#shelf.bytes + (this.#open?.bytes ?? 0);
  }

  load(queue: PointQueue): void {
    const { directory, files, log } = this.#deps;
    this.#guarded('read', () => {
      this.#takeLock();
      const { segments, problems } = loadSegments(directory, files, queue);
      for (const segment of segments) this.#shelf.put(segment);
      for (const problem of problems) {
        this.#deps.onError();
        log.warn({ directory, problem }, 'the spool is damaged');
      }
      this.#shelf.deleteUnwanted(queue);
      // Shows at the start, and not at the first point, whether the directory can be written.
      this.#segment(queue.end);
    });
    this.#savedTo = queue.end;
  }

  save(queue: PointQueue): void {
    if (this.#isLost || this.#deps.clock.monotonicMs() < this.#retryAtMs) return;
    // A file that was begun in vain has the name that the next one will have.
    if (!this.#isUp) this.#shelf.deleteUnwanted(queue);
    this.#guarded('write', () => {
      this.#takeLock();
      const ranges = queue.pending({ from: this.#savedTo, to: queue.end });
      writePending(queue, ranges, {
        segment: (firstSeq) => this.#segment(firstSeq),
        reached: (seq) => {
          this.#savedTo = seq;
        },
      });
      this.#savedTo = queue.end;
      this.#syncSoon();
      this.#recovered();
    });
  }

  forget(queue: PointQueue, ranges: readonly Range[]): void {
    if (this.#isLost) return;
    this.#shelf.deleteUnwanted(queue);
    const open = this.#open;
    if (open === undefined || this.#deps.clock.monotonicMs() < this.#retryAtMs) return;
    if (queue.length === 0 && open.bytes > IDLE_SEGMENT_BYTES) {
      this.#rotate();
      this.#shelf.deleteUnwanted(queue);
      return;
    }
    const saved = ranges.filter(({ from }) => from < this.#savedTo);
    if (saved.length === 0) return;
    this.#guarded('write', () => {
      open.append(Buffer.concat(saved.map(({ from, to }) => doneRecord(from, to))));
      this.#syncSoon();
    });
  }

  async close(): Promise<void> {
    this.#syncTimer?.cancel();
    this.#touchTimer?.cancel();
    this.#rotate();
    await this.#closing;
    this.#lock?.release();
    this.#lock = undefined;
  }

  #takeLock(): void {
    if (this.#lock !== undefined) return;
    const { directory, files } = this.#deps;
    files.mkdirSync(directory, { recursive: true, mode: 0o750 });
    this.#lock = SpoolLock.take(directory, files);
    this.#touchSoon();
  }

  #touchSoon(): void {
    this.#touchTimer = this.#deps.clock.after(TOUCH_MS, () => {
      try {
        this.#lock?.touch();
      } catch (error) {
        this.#isLost = error instanceof SpoolInUseError;
        this.#failed('lock', error);
      }
      if (!this.#isLost) this.#touchSoon();
    });
    this.#touchTimer.unref();
  }

  #segment(firstSeq: number): OpenSegment {
    if (this.#open !== undefined && this.#open.bytes >= SEGMENT_BYTES) this.#rotate();
    const { directory, files } = this.#deps;
    this.#open ??= new OpenSegment(directory, firstSeq, files);
    return this.#open;
  }

  /** Closes the file, synced first; it is from now on one to be deleted when nobody wants its points. */
  #rotate(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#shelf.put({ file: open.file, bytes: open.bytes, span: open.span });
    const closed = open.close().catch((error: unknown) => this.#failed('close', error));
    this.#closing = Promise.all([this.#closing, closed]);
  }

  #syncSoon(): void {
    if (this.#syncTimer !== undefined) return;
    this.#syncTimer = this.#deps.clock.after(SYNC_MS, () => {
      this.#syncTimer = undefined;
      this.#open?.sync().catch((error: unknown) => this.#failed('sync', error));
    });
    this.#syncTimer.unref();
  }

  #guarded(operation: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      // At the start the user has to know; later there are points to be kept.
      if (operation === 'read' && error instanceof SpoolInUseError) throw error;
      this.#failed(operation, error);
    }
  }

  #failed(operation: string, err: unknown): void {
    const { directory, log, onError, clock } = this.#deps;
    onError();
    if (this.#isUp) log.error({ directory, operation, err }, 'the spool fails: points are kept in memory alone');
    this.#isUp = false;
    this.#retryAtMs = clock.monotonicMs() + RETRY_MS;
    // What is in the file stays; a new one is begun when there is room again.
    this.#rotate();
  }

  #recovered(): void {
    if (!this.#isUp) this.#deps.log.info({ directory: this.#deps.directory }, 'the spool can be written again');
    this.#isUp = true;
  }
}
