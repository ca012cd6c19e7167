import { SeriesRegistry } from '@device-exporters/metrics';
import { startCarbonSink } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { declareGraphiteMetrics } from '../src/index.ts';
import { numbered, outputTo, running } from './support.ts';

const signal = AbortSignal.timeout(15_000);

describe('a queue that is full', () => {
  test('loses the oldest points, and counts them', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon, { maxPoints: 100 });
    for (let first = 0; first < 250; first += 10) output.add(numbered(10, first));
    expect(output.stats()).toMatchObject({ pointsQueued: 100, pointsDropped: { overflow: 150 } });
    expect(output.stats().oldestQueuedTimestampSeconds).toBe(1_700_000_150);
    expect(await output.flush(signal)).toBe(true);
    expect(carbon.ledger.points.map(({ value }) => value)).toEqual(numbered(100, 150).map(({ value }) => value));
  });

  test('does not let go of more when one addition is larger than the queue', () => {
    const output = outputTo({ host: '127.0.0.1', port: 1 }, { maxPoints: 100 });
    expect(output.add(numbered(1000))).toBe(1000);
    expect(output.stats()).toMatchObject({ pointsQueued: 100, pointsDropped: { overflow: 900 } });
  });

  test('counts points on their way as queued; what overflows meanwhile is dropped, not sent', async () => {
    await using carbon = await startCarbonSink();
    carbon.faults.next({ kind: 'answer_late', delayMs: 150 });
    const output = outputTo(carbon, { maxPoints: 100 });
    output.add(numbered(100));
    const flushed = output.flush(signal);
    await carbon.ledger.until(({ completed }) => completed === 1);
    expect(output.stats().pointsQueued).toBe(100);
    output.add(numbered(40, 100));
    expect(output.stats().pointsQueued).toBe(100);
    expect(await flushed).toBe(true);
    expect(output.stats()).toMatchObject({ pointsQueued: 40, pointsSent: 60, pointsDropped: { overflow: 40 } });
  });
});

describe('after an outage', () => {
  test('a backlog that is small goes first, so that all is in order', async () => {
    await using carbon = await startCarbonSink();
    await carbon.faults.refuse();
    const output = outputTo(carbon);
    await using _run = running(output);
    for (let first = 0; first < 100; first += 10) output.add(numbered(10, first));
    await expect.poll(() => output.stats().reconnects).toBeGreaterThan(0);
    output.add(numbered(10, 100));
    await carbon.faults.listenAgain();
    await expect.poll(() => output.stats().pointsQueued).toBe(0);
    expect(carbon.ledger.points.map(({ value }) => value)).toEqual(numbered(110).map(({ value }) => value));
  });

  test('live points overtake a large one, which comes at its pace, oldest first', async () => {
    await using carbon = await startCarbonSink();
    await carbon.faults.refuse();
    const output = outputTo(carbon, { backlogPointsPerSecond: 1000 });
    await using _run = running(output);
    output.add(numbered(2500, 0, 'old'));
    await expect.poll(() => output.stats().reconnects).toBeGreaterThan(0);
    await carbon.faults.listenAgain();
    await carbon.ledger.until(({ points }) => points.length >= 1000);
    output.add(numbered(10, 0, 'live'));
    await carbon.ledger.until(({ points }) => points.some(({ path }) => path === 'live'));
    expect(output.stats().pointsQueued).toBeGreaterThan(900);
    await expect.poll(() => output.stats().pointsQueued, { timeout: 5000 }).toBe(0);
    const old = carbon.ledger.points.filter(({ path }) => path === 'old').map(({ value }) => value);
    expect(old).toEqual(numbered(2500).map(({ value }) => value));
  });
});

test('pickles arrive as lines do, over faults too', async () => {
  await using carbon = await startCarbonSink({ protocol: 'pickle' });
  carbon.faults.next({ kind: 'reset', afterBytes: 30_000 }, { kind: 'close_early' });
  const output = outputTo(carbon, { protocol: 'pickle' });
  await using _run = running(output);
  output.add(numbered(3000));
  await expect.poll(() => output.stats().pointsQueued).toBe(0);
  expect(new Set(carbon.ledger.points.map(({ value }) => value)).size).toBe(3000);
  expect(carbon.ledger.invalid).toEqual([]);
});

test('an output tells how it stands', async () => {
  await using carbon = await startCarbonSink();
  await carbon.faults.refuse();
  const registry = new SeriesRegistry();
  const output = outputTo(carbon, { metrics: declareGraphiteMetrics(registry, 'kasa_graphite'), maxPoints: 5 });
  const nan = { path: 'a', value: Number.NaN, timestampSeconds: 1 };
  output.add([...numbered(6), nan]);
  await output.flush(signal);
  const text = await registry.metrics();
  for (const line of [
    'kasa_graphite_points_queued 5',
    'kasa_graphite_points_sent_total 0',
    'kasa_graphite_points_dropped_total{reason="overflow"} 1',
    'kasa_graphite_points_dropped_total{reason="not_finite"} 1',
    'kasa_graphite_send_errors_total{reason="refused"} 1',
    'kasa_graphite_oldest_queued_timestamp_seconds 1700000001',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).not.toMatch(/^kasa_graphite_(last_success|spool_bytes)/m);
  await carbon.faults.listenAgain();
  await output.flush(signal);
  const after = await registry.metrics();
  expect(after).toMatch(/^kasa_graphite_points_sent_total 5$/m);
  expect(after).toMatch(/^kasa_graphite_reconnects_total 1$/m);
  expect(after).toMatch(/^kasa_graphite_last_success_timestamp_seconds \d+/m);
  expect(after).not.toMatch(/^kasa_graphite_oldest_queued/m);
});
