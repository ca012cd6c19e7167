import type { AppCommand } from '@device-exporters/exporter';
import { SeriesRegistry } from '@device-exporters/metrics';
import type { Clock } from '@device-exporters/retry';
import { accountOf } from './account.ts';
import type { Config } from './config.ts';
import { discoverIn } from './discovery.ts';
import { declareMetrics, templatesFor } from './metrics.ts';
import { openOutput } from './output.ts';
import { Plugs } from './plugs.ts';
import { openNames } from './state-directory.ts';

/** How often Carbon is tried. */
const ATTEMPTS = 3;
const FLUSH_MS = 60_000;

/** `kasa-graphite --once`: for cron. */
export function onceCommand(clock: Clock): AppCommand<Config> {
  return {
    name: 'once',
    isSwitch: true,
    doc: 'Read every device once, send its points, and end: with 0 if one was read and Carbon took every point, else 1.',
    async run({ config, environment, log, signal, print }) {
      const registry = new SeriesRegistry();
      const metrics = declareMetrics(registry);
      const output = openOutput(config.graphite, { clock, log });
      let made = 0;
      let taken = 0;
      const plugs = new Plugs({
        config: config.kasa,
        registry,
        metrics,
        names: openNames(config, environment, log),
        templates: templatesFor(config.graphite.prefix),
        deliver: (points) => {
          const all = [...points];
          made += all.length;
          taken += output.add(all);
        },
        account: () => accountOf(config),
        discover: discoverIn(config.kasa, clock),
        clock,
        log,
      });
      const { read, known } = await plugs.once(signal);
      const isSent = await output.flush(AbortSignal.any([signal, AbortSignal.timeout(FLUSH_MS)]), ATTEMPTS);
      await output.close();
      const isComplete = isSent && taken === made && Object.keys(output.stats().pointsDropped).length === 0;
      print(
        `${read} of ${known} devices read, ${made} points, ${isComplete ? 'all of them' : 'not all of them'} in Carbon\n`,
      );
      return read > 0 && isComplete ? 0 : 1;
    },
  };
}
