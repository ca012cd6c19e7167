import type { Clock } from '@device-exporters/retry';
import type { OutputLog } from '../log.ts';
import { type GraphitePoint, pathFault, type RefusalReason, readingFault } from '../point.ts';
import type { StatsBook } from '../stats.ts';
import { PointQueue } from './point-queue.ts';
import type { Range } from './ranges.ts';

/** Keeps the points of a queue on disk. None of its methods but `load` throws. */
export interface Spool {
  /** Everything that is queued is on disk. */
  readonly isUp: boolean;
  readonly bytes: number;
  /**
   * Fills an empty queue with what an earlier process has left.
   *
   * @throws {SpoolInUseError} when that process still runs
   */
  load(queue: PointQueue): void;
  /** Writes down the points of a queue that are not yet. */
  save(queue: PointQueue): void;
  /** Writes down that points are no longer wanted, and lets go of what nobody wants. */
  forget(queue: PointQueue, ranges: readonly Range[]): void;
  close(): Promise<void>;
}

/** What a queue works with. */
export interface DurableQueueDeps {
  /** The most points that may wait. */
  readonly maxPoints: number;
  readonly spool: Spool | undefined;
  readonly stats: StatsBook;
  readonly clock: Clock;
  readonly log: OutputLog;
}

/** How often a lasting loss is told again. */
const REPEAT_LOG_MS = 60_000;

/** The bounded queue: checks what comes in, drops the oldest when there is too much, and keeps spool and figures in step. */
export class DurableQueue {
  readonly points = new PointQueue();
  readonly #deps: DurableQueueDeps;
  readonly #toldAtMs = new Map<string, number>();
  #isOpen = false;

  constructor(deps: DurableQueueDeps) {
    this.#deps = deps;
  }

  get length(): number {
    return this.points.length;
  }

  /** Reads the spool, once. @throws {SpoolInUseError} when another process uses it */
  open(): void {
    if (this.#isOpen) return;
    this.#deps.spool?.load(this.points);
    this.#isOpen = true;
    this.#dropExcess();
    if (this.length > 0) this.#deps.log.info({ points: this.length }, 'points of an earlier run are queued again');
    this.#publish();
  }

  /** Takes points in, as far as they can be sent; returns how many. */
  add(points: Iterable<GraphitePoint>): number {
    this.open();
    const before = this.points.end;
    for (const point of points) {
      const fault = this.#faultOf(point);
      if (fault === undefined) this.points.append(point.path, Number(point.value), Math.floor(point.timestampSeconds));
      else this.#refuse(fault, point);
    }
    const taken = this.points.end - before;
    this.#dropExcess();
    if (taken > 0) this.#deps.spool?.save(this.points);
    this.#publish();
    return taken;
  }

  /** Carbon has these points. Those that were dropped meanwhile stay counted as dropped. */
  confirm(ranges: readonly Range[]): void {
    const { stats, spool, clock } = this.#deps;
    let confirmed = 0;
    for (const range of ranges) confirmed += this.points.remove(range);
    stats.sent(confirmed, clock.now());
    spool?.forget(this.points, ranges);
    this.#publish();
  }

  async close(): Promise<void> {
    await this.#deps.spool?.close();
  }

  /** A path that is queued already was found good then. */
  #faultOf(point: GraphitePoint): RefusalReason | undefined {
    return (this.points.paths.has(point.path) ? undefined : pathFault(point.path)) ?? readingFault(point);
  }

  #refuse(reason: RefusalReason, { path, value, timestampSeconds }: GraphitePoint): void {
    this.#deps.stats.dropped(reason, 1);
    if (this.#mayTell(reason)) {
      this.#deps.log.warn({ reason, path: path.slice(0, 200), value, timestampSeconds }, 'a point cannot be sent');
    }
  }

  #dropExcess(): void {
    const { maxPoints, stats, spool, log } = this.#deps;
    const excess = this.length - maxPoints;
    if (excess <= 0) return;
    const dropped = this.points.removeOldest(excess);
    stats.dropped('overflow', dropped);
    spool?.forget(this.points, []);
    if (this.#mayTell('overflow')) log.error({ dropped, maxPoints }, 'the queue is full: the oldest points are lost');
  }

  #mayTell(what: string): boolean {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - (this.#toldAtMs.get(what) ?? Number.NEGATIVE_INFINITY) < REPEAT_LOG_MS) return false;
    this.#toldAtMs.set(what, nowMs);
    return true;
  }

  #publish(): void {
    const { spool, stats } = this.#deps;
    stats.queueIs({
      points: this.length,
      oldestTimestampSeconds: this.points.oldestTimestampSeconds,
      spool: spool && { isUp: spool.isUp, bytes: spool.bytes },
    });
  }
}
