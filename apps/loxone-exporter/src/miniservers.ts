import { isDeepStrictEqual } from 'node:util';
import type { DeviceHealth, Log } from '@device-exporters/exporter';
import type { SeriesRegistry } from '@device-exporters/metrics';
import type { Clock } from '@device-exporters/retry';
import { type Config, miniserversOf } from './config.ts';
import type { Metrics } from './metrics.ts';
import { type MiniserverOptions, MiniserverSource } from './miniserver.ts';

/** What all Miniservers share. */
export interface MiniserversOptions {
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  /** Ends all. */
  readonly signal: AbortSignal;
}

/** The Miniservers of the configuration. */
export interface Miniservers {
  /** Follows what this configuration names: ends who is gone or changed, starts who is new, leaves the others alone. */
  apply(config: Config): Promise<void>;
  /** In the order of the configuration. */
  health(): DeviceHealth[];
  /** Resolves when all have ended after the signal fired. */
  readonly finished: Promise<void>;
}

/** What the configuration wants of one Miniserver. */
type Wanted = Pick<MiniserverOptions, 'config' | 'filters' | 'includeTexts' | 'staleAfterMs'>;

interface Followed {
  readonly wanted: Wanted;
  readonly source: MiniserverSource;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Creates the set, empty until a configuration is applied. */
export function createMiniservers(options: MiniserversOptions): Miniservers {
  const { log, signal, ...shared } = options;
  let followed: readonly Followed[] = [];

  function start(wanted: Wanted): Followed {
    const source = new MiniserverSource({ ...shared, ...wanted, log: log.child({ miniserver: wanted.config.name }) });
    const stop = new AbortController();
    return { wanted, source, stop, ended: source.run(AbortSignal.any([signal, stop.signal])) };
  }

  async function end({ source, stop, ended }: Followed): Promise<void> {
    stop.abort(new Error('the configuration does not name this Miniserver any more'));
    await ended;
    source.dispose();
  }

  return {
    async apply(config) {
      const wanted = wantedOf(config);
      const unchanged = followed.filter((one) => wanted.some((want) => isSame(want, one.wanted)));
      const leaving = followed.filter((one) => !unchanged.includes(one));
      // A changed one has the series of its successor: it must be gone before that one starts.
      if (leaving.length > 0) await Promise.all(leaving.map(end));
      followed = wanted.map((want) => unchanged.find((one) => isSame(want, one.wanted)) ?? start(want));
    },
    health: () => followed.map(({ source }) => source.health()),
    get finished() {
      return Promise.all(followed.map(({ ended }) => ended)).then(() => {});
    },
  };
}

function wantedOf(config: Config): Wanted[] {
  const { exclude_rooms, exclude_types, exclude_names, include_text_values, stale_after_seconds } = config;
  return miniserversOf(config).map((miniserver) => ({
    config: miniserver,
    filters: { exclude_rooms, exclude_types, exclude_names },
    includeTexts: include_text_values,
    staleAfterMs: stale_after_seconds * 1000,
  }));
}

function isSame(a: Wanted, b: Wanted): boolean {
  const { password, ...configA } = a.config;
  const { password: passwordB, ...configB } = b.config;
  return password.equals(passwordB) && isDeepStrictEqual({ ...a, config: configA }, { ...b, config: configB });
}
