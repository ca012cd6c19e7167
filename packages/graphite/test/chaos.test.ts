import { type CarbonFault, startCarbonSink } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { numbered, outputTo, running } from './support.ts';

/** Numbers that look random, the same at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each([1, 2, 3])('a Carbon that fails at every other connection costs no point (%d)', async (seed) => {
  const next = random(seed);
  const fault = (): CarbonFault => {
    const afterBytes = Math.floor(next() * 5000);
    const faults: CarbonFault[] = [
      { kind: 'reset', afterBytes },
      { kind: 'close_early', afterBytes },
      { kind: 'close_early' },
      { kind: 'half_close' },
      { kind: 'stall' },
      { kind: 'answer_late', delayMs: next() * 200 },
    ];
    return faults[Math.floor(next() * faults.length)] ?? { kind: 'stall' };
  };
  await using carbon = await startCarbonSink();
  const output = outputTo(carbon, { timeoutMs: 100 });
  await using _run = running(output);
  for (let round = 0; round < 30; round += 1) {
    carbon.faults.next(fault(), { kind: 'answer_late', delayMs: 0 });
    output.add(numbered(200, round * 200));
    if (round % 10 === 3) await carbon.faults.refuse();
    await expect
      .poll(() => output.stats().pointsQueued, { interval: 5, timeout: 50 })
      .toBe(0)
      .catch(() => undefined);
    if (round % 10 === 6) await carbon.faults.listenAgain();
  }
  await expect.poll(() => output.stats().pointsQueued, { timeout: 10_000 }).toBe(0);
  expect(new Set(carbon.ledger.points.map(({ value }) => value)).size).toBe(6000);
  expect(carbon.ledger.invalid).toEqual([]);
  expect(output.stats()).toMatchObject({ pointsSent: 6000, pointsDropped: {} });
});
