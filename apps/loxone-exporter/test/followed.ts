import { type AppUnderTest, type LogRecord, startApp, until } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import { createFakeClock, type FakeClock } from '@device-exporters/retry/testing';
import { type Miniserver, type MiniserverOptions, startMiniserver } from '@device-exporters/simulators';
import { loxoneExporterOn } from '../src/app.ts';

/** A Miniserver and an exporter that is configured to follow it. */
export interface Followed extends AsyncDisposable {
  readonly miniserver: Miniserver;
  readonly app: AppUnderTest;
}

/** What differs from the usual. */
export interface FollowOptions {
  /** The Miniserver. Default: a Generation 2 whose house stands still. */
  readonly miniserver?: MiniserverOptions;
  /** Keys of the Miniserver in the configuration; `undefined` leaves one out. */
  readonly entry?: object;
  /** Keys at the top of the configuration. */
  readonly config?: object;
  readonly environment?: Readonly<Record<string, string>>;
  /** The exporter's. Default: the real one. */
  readonly clock?: Clock;
}

/** Starts both. The exporter may not be connected yet. */
export async function follow(options: FollowOptions = {}): Promise<Followed> {
  const miniserver = await startMiniserver({ eventsPerSecond: 0, ...options.miniserver });
  const app = await startFollowing(miniserver, options).catch(async (error: unknown) => {
    await miniserver.stop();
    throw error;
  });
  return {
    miniserver,
    app,
    async [Symbol.asyncDispose]() {
      // First, so that nothing the exporter still has to say goes unanswered.
      miniserver.faults.clear();
      await app.stop();
      await miniserver.stop();
    },
  };
}

/** Starts an exporter that follows a Miniserver there is already. */
export function startFollowing(miniserver: Miniserver, options: FollowOptions = {}): Promise<AppUnderTest> {
  const { entry, config, environment = {}, clock = systemClock } = options;
  const miniservers = [{ ...entryOf(miniserver), ...entry }];
  return startApp(loxoneExporterOn(clock), { config: { miniservers, ...config }, environment });
}

/** The configuration of a Miniserver. */
export function entryOf({ host, port, sslPort, user, password }: Miniserver): Readonly<Record<string, unknown>> {
  return { name: 'home', host, port, ...(sslPort && { ssl_port: sslPort }), username: user, password };
}

/** Waits until the Miniserver of this name is connected. */
export function connected(app: AppUnderTest, miniserver = 'home'): ReturnType<AppUnderTest['scrapeUntil']> {
  return app.scrapeUntil(`${miniserver} is connected`, (page) => {
    return page.value('loxone_exporter_connected', { miniserver }) === 1;
  });
}

/** The log records of connections and attempts that ended, oldest first: `reason`, `err`, `nextAttemptSeconds`. */
export function endings(app: AppUnderTest): LogRecord[] {
  return app.records.filter((record) => record['nextAttemptSeconds'] !== undefined);
}

/** Waits until so many connections and attempts have ended; returns the record of that one. */
export function ended(app: AppUnderTest, count = 1): Promise<LogRecord> {
  return until(`ending number ${count}`, () => endings(app)[count - 1]);
}

/** Lets the wait that the latest ending announced go by, so that the next attempt begins. */
export async function letWaitPass(app: AppUnderTest, clock: FakeClock): Promise<void> {
  const waitSeconds = Number(endings(app).at(-1)?.['nextAttemptSeconds']);
  // What is announced is rounded.
  await clock.advance((waitSeconds + 1) * 1_000);
}

/** One time for both sides, which stands still until it is advanced: neither can be late by it. */
export interface SharedTime {
  readonly clock: FakeClock;
  /** The same clock as a Miniserver reads it. */
  readonly miniserverClock: NonNullable<MiniserverOptions['clock']>;
}

/** Begins now, as certificates and files are of now. */
export function createSharedTime(): SharedTime {
  const clock = createFakeClock(Date.now());
  const after = (delayMs: number, task: () => void): (() => void) => {
    const timer = clock.after(delayMs, task);
    return () => timer.cancel();
  };
  return { clock, miniserverClock: { now: clock.now, after } };
}
