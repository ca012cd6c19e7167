import type { Clock } from '@device-exporters/retry';

/** How long the best guess counts: clocks are set, now and then. */
const KEPT_MS = 60_000;
/** `Date` has whole seconds. */
const DATE_STEP_MS = 1_000;
/** How far behind our clock we stay where both seem to agree. */
const MARGIN_MS = 100;

/**
 * The time as the server knows it, from the `Date` of its answers. That is cut to the second and gets older under way,
 * so each answer only tells how late it is there at least: the latest of them counts. Where our clock is within that
 * second, both show the same time most likely, and ours is the finer one.
 */
export class ServerTime {
  readonly #clock: Clock;
  /** How far the server's clock is ahead of ours, at least; when that was learnt, by our clock that never goes back. */
  #best: { readonly aheadMs: number; readonly learntMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param date the header of an answer that has just come */
  note(date: string | undefined): void {
    const serverMs = Date.parse(date ?? '');
    if (Number.isNaN(serverMs)) return;
    const aheadMs = serverMs - this.#clock.now();
    const learntMs = this.#clock.monotonicMs();
    const isOld = this.#best === undefined || learntMs - this.#best.learntMs > KEPT_MS;
    if (isOld || aheadMs >= (this.#best?.aheadMs ?? 0)) this.#best = { aheadMs, learntMs };
  }

  /** Unix milliseconds; hardly ever in the server's future. Before the first answer our own time, a little earlier. */
  nowMs(): number {
    const { aheadMs } = this.#best ?? { aheadMs: 0 };
    const seemsEqual = aheadMs <= 0 && aheadMs > -DATE_STEP_MS;
    return this.#clock.now() + (seemsEqual ? -MARGIN_MS : aheadMs);
  }
}
