import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import type { Clock } from '@device-exporters/retry';
import { systemClock } from '@device-exporters/retry';
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
  /** Keys of the Miniserver in the configuration. */
  readonly entry?: object;
  /** Keys at the top of the configuration. */
  readonly config?: object;
  /** The exporter's. Default: the real one. */
  readonly clock?: Clock;
}

/** Starts both. The exporter may not be connected yet. */
export async function follow(options: FollowOptions = {}): Promise<Followed> {
  const miniserver = await startMiniserver({ eventsPerSecond: 0, ...options.miniserver });
  const config = { miniservers: [{ ...entryOf(miniserver), ...options.entry }], ...options.config };
  const app = await startApp(loxoneExporterOn(options.clock ?? systemClock), { config });
  return {
    miniserver,
    app,
    async [Symbol.asyncDispose]() {
      await app.stop();
      await miniserver.stop();
    },
  };
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
