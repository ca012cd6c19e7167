import { connect } from 'node:net';
import type { Clock } from '@device-exporters/retry';
import type { Endpoint } from './endpoint.ts';

/** Waits longer than this are interrupted by knocks. */
const KNOCK_EVERY_MS = 5_000;
const KNOCK_TIMEOUT_MS = 2_000;

/**
 * Sleeps until the wait is over or somebody listens at the endpoint again.
 *
 * For the time when nobody does: the waits between attempts grow to half a minute, and a Miniserver that has been back
 * for that long is a gap in every graph. A knock is one TCP connection, opened and closed; a Miniserver that is switched
 * off is not bothered by it, and one that is back only once.
 *
 * @throws the signal's reason
 */
export async function sleepUntilReachable(
  endpoint: Endpoint,
  waitMs: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const endMs = clock.monotonicMs() + waitMs;
  for (;;) {
    const leftMs = endMs - clock.monotonicMs();
    await clock.sleep(Math.min(Math.max(leftMs, 0), KNOCK_EVERY_MS), signal);
    if (leftMs <= KNOCK_EVERY_MS || (await isReachable(endpoint, clock))) return;
  }
}

function isReachable({ host, port }: Endpoint, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = clock.after(KNOCK_TIMEOUT_MS, () => finish(false));
    const finish = (isOpen: boolean): void => {
      timer.cancel();
      if (isOpen) socket.end();
      else socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => finish(true));
    // The other side may reset what it has accepted.
    socket.on('error', () => finish(false));
  });
}
