import { type Backoff, type Clock, supervise } from '@device-exporters/retry';
import type { OutputLog } from '../log.ts';
import type { DurableQueue } from '../queue/durable-queue.ts';
import { countOf, type Range } from '../queue/ranges.ts';
import type { StatsBook } from '../stats.ts';
import { DeliveryError } from './delivery-error.ts';
import { Allowance, nextBatch } from './pacing.ts';
import { Wake } from './wake.ts';

/** What a sender works with. */
export interface SenderDeps {
  readonly queue: DurableQueue;
  /** Delivers queued points and resolves when all of them were taken. */
  readonly deliver: (ranges: readonly Range[], signal: AbortSignal) => Promise<void>;
  readonly backoff: Backoff;
  readonly stats: StatsBook;
  readonly clock: Clock;
  readonly log: OutputLog;
  /** Points of one connection at most. */
  readonly batchPoints: number;
  /** How long points are collected before they go, in milliseconds. */
  readonly collectMs: number;
  readonly backlogPointsPerSecond: number;
}

/** With less than this share of a second's allowance, a backlog waits for more. */
const SMALLEST_SHARE = 0.1;

/** What even a Carbon that hardly moves reads in the time it is given. */
const SMALLEST_BATCH_POINTS = 50;

/** Takes points from the queue to Carbon, one connection after the other. */
export class Sender {
  readonly #deps: SenderDeps;
  readonly #wake = new Wake();
  readonly #allowance: Allowance;
  /** Points from here on are live. */
  #liveFrom = 0;
  #hasFailed = false;
  /**
   * Halved after each time-out: the kernel takes a batch at once, so a Carbon that is slow cannot be told from one that hangs,
   * and the same large batch could be repeated for ever.
   */
  #batchPoints: number;
  #connection: Promise<unknown> = Promise.resolve();

  constructor(deps: SenderDeps) {
    this.#deps = deps;
    this.#batchPoints = deps.batchPoints;
    this.#allowance = new Allowance(deps.backlogPointsPerSecond);
  }

  /** What the queue held before is backlog. */
  begin(): void {
    this.#liveFrom = this.#deps.queue.points.end;
  }

  /** There may be something to send. */
  wake(): void {
    this.#wake.up();
  }

  /** Sends what is queued, and what will be, until the signal fires. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { backoff, clock } = this.#deps;
    await supervise((attemptSignal, healthy) => this.#sendOn(attemptSignal, healthy), { signal, backoff, clock });
  }

  /**
   * Sends everything that is queued now, without pauses.
   *
   * @param attempts deliveries that may fail, one less than which are repeated after the usual wait
   * @returns whether Carbon has it all
   */
  async flush(signal: AbortSignal, attempts: number): Promise<boolean> {
    const { queue, backoff, clock } = this.#deps;
    const all = { from: 0, to: queue.points.end };
    for (let failures = 0; ; ) {
      const ranges = queue.points.pending(all, this.#batchPoints);
      if (ranges.length === 0) return true;
      try {
        await this.#deliver(ranges, signal);
      } catch {
        failures += 1;
        if (failures >= attempts || signal.aborted) return false;
        await clock.sleep(backoff.next(), signal).catch(() => undefined);
      }
    }
  }

  async #sendOn(signal: AbortSignal, healthy: () => void): Promise<void> {
    while (!signal.aborted) {
      await this.#somethingToSend(signal);
      const { ranges, backlogPoints } = this.#next();
      if (ranges.length === 0) continue;
      await this.#deliver(ranges, signal);
      this.#allowance.spend(backlogPoints);
      healthy();
    }
  }

  #next() {
    const { queue, clock } = this.#deps;
    const backlogAllowance = Math.max(0, this.#allowance.points(clock.monotonicMs()));
    return nextBatch(queue.points, { liveFrom: this.#liveFrom, backlogAllowance, maxPoints: this.#batchPoints });
  }

  /** Waits for points; then a little longer, so that those of one poll share a connection. */
  async #somethingToSend(signal: AbortSignal): Promise<void> {
    const { queue, clock, collectMs, backlogPointsPerSecond } = this.#deps;
    if (queue.length === 0) {
      await this.#wake.wait(signal);
      await clock.sleep(collectMs, signal);
      return;
    }
    const backlog = countOf(queue.points.pending({ from: 0, to: this.#liveFrom }));
    const wanted = Math.min(backlog, SMALLEST_SHARE * backlogPointsPerSecond);
    const missing = wanted - this.#allowance.points(clock.monotonicMs());
    if (backlog === 0 || missing <= 0) return;
    await clock.sleep(Math.ceil((missing / backlogPointsPerSecond) * 1000), signal);
  }

  /** One delivery at a time, whoever asks. */
  #deliver(ranges: readonly Range[], signal: AbortSignal): Promise<void> {
    const mine = this.#connection.then(() => this.#deliverNow(ranges, signal));
    this.#connection = mine.catch(() => undefined);
    return mine;
  }

  async #deliverNow(wanted: readonly Range[], signal: AbortSignal): Promise<void> {
    const { queue, deliver, stats, backoff, log, batchPoints } = this.#deps;
    // Another delivery, or an overflow, may have taken some of them out while this one waited.
    const ranges = wanted.flatMap((range) => queue.points.pending(range));
    if (ranges.length === 0) return;
    if (this.#hasFailed) stats.reconnected();
    try {
      await deliver(ranges, signal);
    } catch (error) {
      this.#liveFrom = queue.points.end;
      if (error instanceof DeliveryError) {
        stats.sendFailed(error.reason);
        if (error.reason === 'timeout') this.#batchPoints = Math.max(SMALLEST_BATCH_POINTS, this.#batchPoints >>> 1);
        if (!this.#hasFailed) log.warn({ err: error, queued: queue.length }, 'Carbon does not take points');
        this.#hasFailed = true;
      }
      throw error;
    }
    if (this.#hasFailed) log.info({ queued: queue.length }, 'Carbon takes points again');
    this.#hasFailed = false;
    backoff.reset();
    this.#batchPoints = Math.min(batchPoints, this.#batchPoints * 2);
    queue.confirm(ranges);
  }
}
