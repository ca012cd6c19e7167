/** An exporter without devices: the common life of all, and series that change as told. */
import type { App, Schema } from '@device-exporters/exporter';
import { runApp } from '@device-exporters/exporter';
import { LABELS, labelsOf, NAME, sensorValue } from './fixture.ts';

const schema = {
  series: { doc: 'Number of series.', format: 'number', default: 500, env: 'BENCH_SERIES' },
  changes_each_request: {
    doc: 'Change one series before each request.',
    format: 'boolean',
    default: false,
    env: 'BENCH_CHANGES_EACH_REQUEST',
  },
} as const satisfies Schema;

const app: App<typeof schema> = {
  name: 'bench-exporter',
  title: 'Bench',
  description: 'Series without devices.',
  metricsPrefix: 'bench_exporter',
  packageFile: new URL('../../package.json', import.meta.url),
  schema,
  base: () => ({ listen: { host: '127.0.0.1', port: 0 }, logLevel: 'info', logFormat: 'json' }),
  start({ config, registry, signal }) {
    const family = registry.gauge({ name: NAME, help: 'Number that a control state has.', labels: LABELS });
    const all = Array.from({ length: config.series }, (_, index) => family.series(labelsOf(index)));
    for (const [index, series] of all.entries()) series.set(sensorValue(index, 0));
    let turn = 0;
    if (config.changes_each_request) {
      registry.beforeRead(() => {
        turn++;
        all[turn % all.length]?.set((turn % 1000) / 10);
      });
    }
    return {
      health: () => ({ key: 'devices', devices: [] }),
      reload: () => {},
      finished: new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    };
  },
};

await runApp(app);
