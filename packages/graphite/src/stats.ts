import type { DeliveryFault } from './delivery/delivery-error.ts';
import type { DropReason, GraphiteMetrics } from './metrics.ts';

/** What an output has done so far, and where it stands. */
export interface GraphiteStats {
  /** Points not confirmed yet. */
  readonly pointsQueued: number;
  /** Points confirmed. */
  readonly pointsSent: number;
  /** Points lost, by reason; reasons that never occurred are missing. */
  readonly pointsDropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly reconnects: number;
  /** 0 without a spool. */
  readonly spoolBytes: number;
  /** Whether everything queued is on disk: false without a spool, and while it cannot be written. */
  readonly isSpooled: boolean;
  /** Unix seconds; undefined while nothing waits. */
  readonly oldestQueuedTimestampSeconds: number | undefined;
  /** Unix seconds; undefined before the first success. */
  readonly lastSuccessTimestampSeconds: number | undefined;
}

/** Where the queue stands. */
export interface QueueState {
  readonly points: number;
  readonly oldestTimestampSeconds: number | undefined;
  /** Undefined where no spool is set up. */
  readonly spool: { readonly isUp: boolean; readonly bytes: number } | undefined;
}

/** Counts, and keeps the metrics of an output in step. */
export class StatsBook {
  readonly #metrics: GraphiteMetrics | undefined;
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  #sent = 0;
  #reconnects = 0;
  #lastSuccessSeconds: number | undefined;
  #queue: QueueState = { points: 0, oldestTimestampSeconds: undefined, spool: undefined };

  constructor(metrics: GraphiteMetrics | undefined) {
    this.#metrics = metrics;
    metrics?.queued.set(0);
  }

  sent(points: number, atMs: number): void {
    this.#sent += points;
    this.#lastSuccessSeconds = atMs / 1000;
    this.#metrics?.sent.add(points);
    this.#metrics?.lastSuccess.set(this.#lastSuccessSeconds);
  }

  dropped(reason: DropReason, points: number): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + points;
    this.#metrics?.dropped.get(reason)?.add(points);
  }

  sendFailed(reason: DeliveryFault): void {
    this.#metrics?.sendErrors.get(reason)?.add();
  }

  reconnected(): void {
    this.#reconnects += 1;
    this.#metrics?.reconnects.add();
  }

  spoolFailed(): void {
    this.#metrics?.spoolErrors.add();
  }

  queueIs(state: QueueState): void {
    this.#queue = state;
    this.#metrics?.queued.set(state.points);
    if (state.oldestTimestampSeconds === undefined) this.#metrics?.oldestQueued.clear();
    else this.#metrics?.oldestQueued.set(state.oldestTimestampSeconds);
    if (state.spool === undefined) return;
    this.#metrics?.spoolUp.set(state.spool.isUp ? 1 : 0);
    this.#metrics?.spoolBytes.set(state.spool.bytes);
  }

  read(): GraphiteStats {
    return {
      pointsQueued: this.#queue.points,
      pointsSent: this.#sent,
      pointsDropped: { ...this.#dropped },
      reconnects: this.#reconnects,
      spoolBytes: this.#queue.spool?.bytes ?? 0,
      isSpooled: this.#queue.spool?.isUp ?? false,
      oldestQueuedTimestampSeconds: this.#queue.oldestTimestampSeconds,
      lastSuccessTimestampSeconds: this.#lastSuccessSeconds,
    };
  }
}
