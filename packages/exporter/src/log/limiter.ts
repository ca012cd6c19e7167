/**
 * Lets the same event through once per interval, so that a device gone mad does not fill the disk with log lines.
 *
 * @param intervalMs how long an event stays quiet after it was let through
 * @param now the time, in milliseconds
 * @returns for an event: how many of its kind were held back since the last one let through, or undefined where this
 *   one is to be held back
 */
export function createLimiter(intervalMs: number, now: () => number): (event: string) => number | undefined {
  const states = new Map<string, { lastMs: number; heldBack: number }>();
  return (event) => {
    const state = states.get(event);
    if (state !== undefined && now() - state.lastMs < intervalMs) {
      state.heldBack++;
      return undefined;
    }
    states.set(event, { lastMs: now(), heldBack: 0 });
    return state?.heldBack ?? 0;
  };
}
