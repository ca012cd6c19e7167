import { expect } from 'vitest';
import { startRealCarbon } from '../../../scripts/testing/carbon.ts';
import { testWith } from '../../../scripts/testing/programs.ts';
import type { GraphitePoint } from '../src/index.ts';
import { outputTo, running } from './support.ts';

const METRIC = 'home.electricity.kasa.lamp.power_watts';

/** A point for each second, the last one a second ago. */
function latest(count: number): GraphitePoint[] {
  const endSeconds = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => ({
    path: METRIC,
    value: index + 0.5,
    timestampSeconds: endSeconds - count + index,
  }));
}

for (const protocol of ['plaintext', 'pickle'] as const) {
  testWith('carbon-cache')(`Carbon stores every ${protocol} point, over a freeze and a restart`, async () => {
    await using carbon = await startRealCarbon();
    const port = protocol === 'pickle' ? carbon.picklePort : carbon.linePort;
    const output = outputTo({ host: carbon.host, port }, { protocol });
    await using _run = running(output);
    const points = latest(900);

    const from = (points[0]?.timestampSeconds ?? 0) - 1;
    const stored = () => carbon.stored(METRIC, from, from + points.length + 1);
    output.add(points.slice(0, 300));
    await expect.poll(() => output.stats().pointsQueued, { timeout: 5000 }).toBe(0);

    carbon.freeze();
    output.add(points.slice(300, 600));
    await expect.poll(() => output.stats().reconnects, { timeout: 5000 }).toBeGreaterThan(0);
    expect(output.stats().pointsQueued).toBe(300);
    carbon.thaw();
    await expect.poll(() => output.stats().pointsQueued, { timeout: 5000 }).toBe(0);

    // What Carbon has read, but not written yet, it may lose when it ends.
    await expect.poll(() => stored().size, { timeout: 10_000 }).toBe(600);
    await carbon.quit();
    output.add(points.slice(600));
    await carbon.start();
    await expect.poll(() => output.stats().pointsQueued, { timeout: 5000 }).toBe(0);

    const expected = new Map(points.map(({ timestampSeconds, value }) => [timestampSeconds, value]));
    await expect.poll(() => stored().size, { timeout: 10_000 }).toBe(points.length);
    expect(stored()).toEqual(expected);
  });
}
