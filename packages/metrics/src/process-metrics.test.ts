import { expect, test, vi } from 'vitest';
import { collectAllProcessMetrics, collectProcessMetrics } from './process-metrics.ts';
import { SeriesRegistry } from './registry.ts';

async function value(registry: SeriesRegistry, name: string): Promise<number> {
  const line = (await registry.metrics()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

test('says what the process uses', async () => {
  const registry = new SeriesRegistry();
  collectProcessMetrics(registry);
  expect(await value(registry, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(await value(registry, 'process_resident_memory_bytes')).toBeGreaterThan(10e6);
  expect(Math.abs((await value(registry, 'process_start_time_seconds')) - Date.now() / 1000)).toBeLessThan(3600);
  if (process.platform === 'linux') expect(await value(registry, 'process_open_fds')).toBeGreaterThan(2);
});

test('reads at most once a second, so that scrapes in quick succession share one body', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  const registry = new SeriesRegistry();
  collectProcessMetrics(registry);
  const first = await registry.exposition('text');
  now.mockReturnValue(5999);
  expect(await registry.exposition('text')).toBe(first);
  now.mockReturnValue(6000);
  expect(await registry.exposition('text')).not.toBe(first);
  now.mockRestore();
});

test('offers the whole set of prom-client', async () => {
  const registry = new SeriesRegistry();
  await collectAllProcessMetrics(registry);
  expect(await registry.metrics()).toContain('nodejs_eventloop_lag_seconds');
});

test('leaves out what the system does not tell', async () => {
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw new Error('no /proc');
  });
  const registry = new SeriesRegistry();
  collectProcessMetrics(registry);
  expect(await registry.metrics()).not.toContain('\nprocess_resident_memory_bytes ');
  rss.mockRestore();
});
