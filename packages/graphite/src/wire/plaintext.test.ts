import { systemClock } from '@device-exporters/retry';
import { parsePlaintextLine } from '@device-exporters/simulators';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasReference, readCases } from '../../test/reference.ts';
import { silentLog } from '../log.ts';
import type { GraphitePoint } from '../point.ts';
import { DurableQueue } from '../queue/durable-queue.ts';
import { StatsBook } from '../stats.ts';
import { encodePlaintext } from './plaintext.ts';

/** What would be sent of these points. */
function sentOf(points: readonly GraphitePoint[]): { text: string; writes: Buffer[]; dropped: object } {
  const stats = new StatsBook(undefined);
  const queue = new DurableQueue({ maxPoints: 1e6, spool: undefined, stats, clock: systemClock, log: silentLog });
  queue.add(points);
  const writes = encodePlaintext(queue.points, queue.points.pending({ from: 0, to: queue.points.end }));
  return { text: Buffer.concat(writes).toString(), writes, dropped: stats.read().pointsDropped };
}

interface Case {
  readonly metric: string;
  readonly value: number | boolean | { readonly $num: 'nan' | 'inf' | '-inf' };
  readonly timestamp: number;
  readonly line: string | null;
}

const SPECIAL = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };

describe.skipIf(!hasReference)('lines of the reference', () => {
  test.each(readCases<Case>('plaintext.json'))('$metric $value $timestamp', ({ metric, value, timestamp, line }) => {
    const number = typeof value === 'object' ? SPECIAL[value.$num] : value;
    const { text } = sentOf([{ path: metric, value: number, timestampSeconds: timestamp }]);
    if (line === null) expect(text).toBe('');
    else expect(parsePlaintextLine(text)).toEqual(parsePlaintextLine(line));
  });
});

test('many lines go in few writes', () => {
  const points = Array.from({ length: 10_000 }, (_, index) => ({ path: 'a.b', value: index, timestampSeconds: 1.7e9 }));
  const { writes, text } = sentOf(points);
  expect(text.split('\n')).toHaveLength(10_001);
  expect(writes).toHaveLength(Math.ceil(text.length / 65_536));
});

describe('what is refused', () => {
  test.each([
    ['not_finite', { path: 'a', value: Number.NaN, timestampSeconds: 1 }],
    ['invalid_timestamp', { path: 'a', value: 1, timestampSeconds: Number.NaN }],
    ['invalid_timestamp', { path: 'a', value: 1, timestampSeconds: Number.POSITIVE_INFINITY }],
    ['invalid_timestamp', { path: 'a', value: 1, timestampSeconds: -1 }],
    ['invalid_timestamp', { path: 'a', value: 1, timestampSeconds: 1_700_000_000_000 }],
    ['invalid_path', { path: '', value: 1, timestampSeconds: 1 }],
    ['invalid_path', { path: 'a..b', value: 1, timestampSeconds: 1 }],
    ['invalid_path', { path: 'a\n', value: 1, timestampSeconds: 1 }],
    ['invalid_path', { path: 'a 1 1\nb', value: 1, timestampSeconds: 1 }],
    ['invalid_path', { path: 'büro', value: 1, timestampSeconds: 1 }],
    ['too_long', { path: 'x'.repeat(252), value: 1, timestampSeconds: 1 }],
    ['too_long', { path: 'abc.'.repeat(5000), value: 1, timestampSeconds: 1 }],
  ])('%s is counted, and the points around it are sent', (reason, bad) => {
    const good = { path: 'good', value: 1, timestampSeconds: 1 };
    const { text, dropped } = sentOf([good, bad, good]);
    expect(text).toBe('good 1 1\ngood 1 1\n');
    expect(dropped).toEqual({ [reason]: 1 });
  });
});

test('whatever comes in, every line that goes out is one point, and reads back as it', () => {
  const path = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/),
    fc.constant('a.b'),
  );
  const point = fc.record({
    path,
    value: fc.oneof(fc.double(), fc.boolean(), fc.integer()),
    timestampSeconds: fc.oneof(fc.double(), fc.double({ min: 1, max: 2e9, noNaN: true }), fc.integer({ min: 1 })),
  });
  let lines = 0;
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const { text, dropped } = sentOf(points);
      const refused = Object.values(dropped).reduce((sum: number, count: number) => sum + count, 0);
      const sent = text.split('\n').slice(0, -1);
      expect(sent.length + refused).toBe(points.length);
      let at = 0;
      for (const line of sent) {
        const read = parsePlaintextLine(line);
        expect(read).toBeDefined();
        // In their order, each is the next of those that came in.
        at = points.findIndex((from, index) => index >= at && isSame(from, read)) + 1;
        expect(at).toBeGreaterThan(0);
        lines += 1;
      }
    }),
    { numRuns: 500 },
  );
  expect(lines).toBeGreaterThan(100);
});

function isSame(point: GraphitePoint, read: ReturnType<typeof parsePlaintextLine>): boolean {
  return (
    point.path === read?.path &&
    Number(point.value) === read.value &&
    Math.floor(point.timestampSeconds) === read.timestampSeconds
  );
}
