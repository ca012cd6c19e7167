import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';
import { SeriesRegistry } from './registry.ts';

test('a histogram counts observations into buckets', async () => {
  const registry = new SeriesRegistry();
  registry.gauge({ name: 'before', help: 'A gauge.' }).series().set(1);
  const histogram = new Histogram(registry, {
    name: 'took_seconds',
    help: 'Time.',
    labels: ['what'],
    buckets: [0.1, 1],
  });
  histogram.observe({ what: 'login' }, 0.5);
  histogram.observe({ what: 'login' }, 5);
  const text = await registry.metrics();
  expect(text).toContain('# TYPE took_seconds histogram\n');
  expect(text).toMatch(/took_seconds_bucket\{le="0\.1",what="login"\} 0\n/);
  expect(text).toMatch(/took_seconds_bucket\{le="1",what="login"\} 1\n/);
  expect(text).toMatch(/took_seconds_bucket\{le="\+Inf",what="login"\} 2\n/);
  expect(text).toMatch(/took_seconds_count\{what="login"\} 2\n/);
});

test('a series of a histogram ends when it is removed', async () => {
  const registry = new SeriesRegistry();
  const histogram = new Histogram(registry, { name: 'took_seconds', help: 'Time.', labels: ['what'], buckets: [1] });
  histogram.observe({ what: 'login' }, 0.5);
  histogram.remove({ what: 'login' });
  expect(await registry.metrics()).not.toContain('login');
});
