import { describe, expect, test } from 'vitest';
import { gauges, outputTo, RECEIVE } from './support.ts';

const COUNT = 100_000;
const FOUR_MIB = 4 * 1024 * 1024;

describe.each(['grpc', 'http'] as const)('a hundred thousand series over %s', (protocol) => {
  test('all arrive, none is merged into another, in requests that collectors take', async () => {
    await using receiver = await RECEIVE[protocol]();
    using output = outputTo(receiver, { registry: gauges(COUNT), settings: { protocol, timeoutSeconds: 60 } });
    expect(await output.flush(AbortSignal.timeout(60_000))).toBe(true);
    const seen = new Set<string | undefined>();
    for (const { points, bytes } of receiver.requests) {
      expect(bytes).toBeLessThan(FOUR_MIB);
      for (const { labels } of points) {
        expect(labels).not.toHaveProperty('otel.metric.overflow');
        seen.add(labels['n']);
      }
    }
    expect(seen.size).toBe(COUNT);
    expect(output.stats().pointsExported).toBe(COUNT);
  }, 60_000);
});
