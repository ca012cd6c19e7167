import { SeriesRegistry } from '@device-exporters/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchesOf } from './batches.ts';
import { StartTimes } from './start-times.ts';

const LIMITS = { maxBytes: 2000, maxPoints: 7 };

test('batches keep their limits, and hold each series once, in order', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 60 });
  fc.assert(
    fc.property(texts, texts, (some, others) => {
      const registry = new SeriesRegistry();
      const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['a', 'b'] });
      const counter = registry.counter({ name: 'c_total', help: 'C.', labels: ['a'] });
      for (const [index, text] of some.entries()) gauge.series({ a: text, b: String(index) }).set(index);
      for (const [index, text] of others.entries()) counter.series({ a: `${index}${text}` }).set(index);
      const batches = [...batchesOf(registry, LIMITS, new StartTimes(0), 1000)];
      for (const { points } of batches) expect(points).toBeLessThanOrEqual(LIMITS.maxPoints);
      const values = batches.flatMap(({ metrics }) =>
        metrics.flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value)),
      );
      expect(values).toEqual([...some.keys(), ...others.keys()]);
    }),
    { numRuns: 50 },
  );
});
