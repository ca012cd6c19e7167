import { type AppUnderTest, until } from '@device-exporters/exporter/testing';
import type { FakeClock } from '@device-exporters/retry/testing';
import { type Miniserver, type MiniserverOptions, startMiniserver } from '@device-exporters/simulators';
import {
  connected,
  createSharedTime,
  type Followed,
  type FollowOptions,
  letWaitPass,
  startFollowing,
} from './followed.ts';
import { told } from './told.ts';

/** A Miniserver and an exporter in one time, which stands still until it is advanced. */
export interface FollowedInTime extends Followed {
  readonly clock: FakeClock;
}

/** A sixth of the time after which a silent Miniserver is given up. */
const STEP_MS = 10_000;

/**
 * Starts both; the exporter may not be connected yet. By default a Generation 1, which costs no TLS.
 *
 * @param prepare what is wrong with the Miniserver before anybody comes
 */
export async function meetInTime(
  options: FollowOptions = {},
  prepare: (faults: Miniserver['faults']) => unknown = () => undefined,
): Promise<FollowedInTime> {
  const { clock, miniserverClock } = createSharedTime();
  const usual: MiniserverOptions = { generation: 1, eventsPerSecond: 0, clock: miniserverClock };
  const miniserver = await startMiniserver({ ...usual, ...options.miniserver });
  await prepare(miniserver.faults);
  const app = await startFollowing(miniserver, { ...options, clock });
  return {
    miniserver,
    app,
    clock,
    async [Symbol.asyncDispose]() {
      miniserver.faults.clear();
      await stopInTime(app, clock);
      await miniserver.stop();
    },
  };
}

/** Starts both and waits until the exporter knows the states of the house. */
export async function followInTime(options: FollowOptions = {}): Promise<FollowedInTime> {
  const followed = await meetInTime(options);
  await told(followed);
  return followed;
}

/** Lets the wait go by that was announced last; connected afterwards. */
export async function comeBack({ app, clock }: Pick<FollowedInTime, 'app' | 'clock'>): Promise<void> {
  await letWaitPass(app, clock);
  await connected(app);
}

/**
 * Lets time pass on open connections, in steps: what is said in one, such as a keepalive, is answered before it could be
 * missed. Both sides live in this process, so that an answer of `/healthz` means that others have come through as well.
 */
export async function passTime(app: AppUnderTest, clock: FakeClock, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
    await clock.advance(Math.min(leftMs, STEP_MS));
    await app.health();
  }
}

/** Stops the exporter on a clock that stands still; its time passes second by second until that is done. */
export async function stopInTime(app: AppUnderTest, clock: FakeClock): Promise<void> {
  let isStopped = false;
  const stopping = app.stop().finally(() => {
    isStopped = true;
  });
  await until('the exporter has stopped', async () => {
    await clock.advance(1_000);
    return isStopped;
  });
  await stopping;
}
