import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import { type Miniserver, type MiniserverOptions, startMiniserver } from '@device-exporters/simulators';
import { loxoneExporterOn } from '../src/app.ts';
import { entryOf } from './followed.ts';
import { told } from './told.ts';

/** Two Miniservers, `first` and `second`, and one exporter that follows both. */
export interface Pair extends AsyncDisposable {
  readonly first: Miniserver;
  readonly second: Miniserver;
  readonly app: AppUnderTest;
}

/** Starts all three. The exporter may not be connected yet. */
export async function followPair(options: MiniserverOptions = {}, clock: Clock = systemClock): Promise<Pair> {
  const [first, second] = await Promise.all([
    startMiniserver({ eventsPerSecond: 0, ...options }),
    startMiniserver({ eventsPerSecond: 0, ...options }),
  ]);
  const miniservers = [
    { ...entryOf(first), name: 'first' },
    { ...entryOf(second), name: 'second' },
  ];
  const app = await startApp(loxoneExporterOn(clock), { config: { miniservers } });
  return {
    first,
    second,
    app,
    async [Symbol.asyncDispose]() {
      for (const { faults } of [first, second]) faults.clear();
      await app.stop();
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}

/** Waits until both are connected and have told all their states. */
export async function bothTold({ first, second, app }: Pair): Promise<void> {
  await told({ app, miniserver: first }, 'first');
  await told({ app, miniserver: second }, 'second');
}
