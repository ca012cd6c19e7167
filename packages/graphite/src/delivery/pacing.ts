import type { PointQueue } from '../queue/point-queue.ts';
import { countOf, type Range } from '../queue/ranges.ts';

/** Points to be delivered together, in the order of their sending. */
export interface Batch {
  readonly ranges: readonly Range[];
  /** How many of them are backlog. */
  readonly backlogPoints: number;
}

/** What a batch is chosen by. */
export interface BatchLimits {
  /** Points from this sequence number on are live; those before are what an outage or a restart has left: the backlog. */
  readonly liveFrom: number;
  /** How many points of the backlog may be sent now. */
  readonly backlogAllowance: number;
  readonly maxPoints: number;
}

/**
 * Chooses the next batch.
 *
 * A backlog that may be sent at once goes first, so that everything arrives in order. A larger one waits behind the live points,
 * and gets what is allowed: dashboards show the present while the past is filled in, oldest first.
 */
export function nextBatch(queue: PointQueue, { liveFrom, backlogAllowance, maxPoints }: BatchLimits): Batch {
  const isLive = { from: liveFrom, to: queue.end };
  const isBacklog = { from: 0, to: liveFrom };
  const backlogPoints = countOf(queue.pending(isBacklog));
  if (backlogPoints <= backlogAllowance) {
    const backlog = queue.pending(isBacklog, maxPoints);
    const live = queue.pending(isLive, maxPoints - countOf(backlog));
    return { ranges: [...backlog, ...live], backlogPoints: countOf(backlog) };
  }
  const live = queue.pending(isLive, maxPoints);
  const backlog = queue.pending(isBacklog, Math.min(backlogAllowance, maxPoints - countOf(live)));
  return { ranges: [...live, ...backlog], backlogPoints: countOf(backlog) };
}

/** How fast the backlog may go: up to one second's worth at once. */
export class Allowance {
  readonly #pointsPerSecond: number;
  #points: number;
  #atMs: number | undefined;

  constructor(pointsPerSecond: number) {
    this.#pointsPerSecond = pointsPerSecond;
    this.#points = pointsPerSecond;
  }

  /** How many points may go now. */
  points(nowMs: number): number {
    const passedMs = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#points = Math.min(this.#pointsPerSecond, this.#points + (passedMs / 1000) * this.#pointsPerSecond);
    return Math.floor(this.#points);
  }

  /** So many have gone. */
  spend(points: number): void {
    this.#points -= points;
  }
}
