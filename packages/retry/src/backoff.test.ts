import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

const noChance = () => 0;

function waits(count: number, backoff: { next(): number }): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

describe('backoff', () => {
  test('doubles the wait up to the cap', () => {
    const backoff = createBackoff({ initialMs: 1_000, maxMs: 30_000, random: noChance });
    expect(waits(7, backoff)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('grows by any factor', () => {
    const backoff = createBackoff({ initialMs: 500, maxMs: 10_000, factor: 3, random: noChance });
    expect(waits(4, backoff)).toEqual([500, 1_500, 4_500, 10_000]);
  });

  test('starts again with the shortest wait after a reset', () => {
    const backoff = createBackoff({ initialMs: 1_000, maxMs: 30_000, random: noChance });
    waits(5, backoff);
    backoff.reset();
    expect(waits(2, backoff)).toEqual([1_000, 2_000]);
  });

  test('takes a fifth off at most by default', () => {
    const backoff = createBackoff({ initialMs: 10_000, maxMs: 10_000, random: () => 0.999_999 });
    expect(backoff.next()).toBe(8_000);
  });

  test('does not start above the cap, nor after a reset', () => {
    const backoff = createBackoff({ initialMs: 60_000, maxMs: 5_000, random: noChance });
    expect(backoff.next()).toBe(5_000);
    backoff.reset();
    expect(backoff.next()).toBe(5_000);
  });

  test('spreads the waits at the cap too', () => {
    const backoff = createBackoff({ initialMs: 30_000, maxMs: 30_000 });
    expect(new Set(waits(50, backoff)).size).toBeGreaterThan(10);
  });

  test('never waits longer than nominal, nor shorter than the jitter allows', () => {
    const settings = fc.record({
      initialMs: fc.integer({ min: 1, max: 10_000 }),
      maxMs: fc.integer({ min: 1, max: 600_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    const holds = fc.property(settings, ({ chance, ...options }) => {
      const backoff = createBackoff({ ...options, random: () => chance });
      for (let failure = 0; failure < 20; failure += 1) {
        const nominalMs = Math.min(options.initialMs * options.factor ** failure, options.maxMs);
        const waitMs = backoff.next();
        expect(waitMs).toBeLessThanOrEqual(Math.ceil(nominalMs));
        expect(waitMs).toBeLessThanOrEqual(options.maxMs);
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(nominalMs * (1 - options.jitter) * (1 - 1e-9)));
      }
    });
    fc.assert(holds);
  });
});
