import { startCarbonSink } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { createGraphiteOutput } from '../src/index.ts';
import { numbered, outputTo, running } from './support.ts';

const signal = AbortSignal.timeout(15_000);

describe('flush', () => {
  test('delivers everything and says so', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon);
    expect(output.add(numbered(3))).toBe(3);
    expect(await output.flush(signal)).toBe(true);
    expect(carbon.ledger.lines).toEqual(['a.b 0 1700000000', 'a.b 1 1700000001', 'a.b 2 1700000002']);
    expect(output.stats()).toMatchObject({ pointsQueued: 0, pointsSent: 3, pointsDropped: {} });
  });

  test('has nothing to do where nothing is queued', async () => {
    await using carbon = await startCarbonSink();
    expect(await outputTo(carbon).flush(signal)).toBe(true);
    expect(carbon.ledger.connectionsOpened).toBe(0);
  });

  test('says no when nobody listens, and keeps the points', async () => {
    await using carbon = await startCarbonSink();
    await carbon.faults.refuse();
    const output = outputTo(carbon);
    output.add(numbered(3));
    expect(await output.flush(signal)).toBe(false);
    expect(output.stats()).toMatchObject({ pointsQueued: 3, pointsSent: 0 });
    await carbon.faults.listenAgain();
    expect(await output.flush(signal)).toBe(true);
    expect(carbon.ledger.points).toHaveLength(3);
  });

  test('tries again as often as it may', async () => {
    await using carbon = await startCarbonSink();
    carbon.faults.next({ kind: 'reset', afterBytes: 20 });
    const output = outputTo(carbon);
    output.add(numbered(3));
    expect(await output.flush(signal, 2)).toBe(true);
    expect(carbon.ledger.connectionsOpened).toBe(2);
  });

  test('ends when its signal fires', async () => {
    await using carbon = await startCarbonSink();
    carbon.faults.stall();
    const output = createGraphiteOutput({ host: carbon.host, port: carbon.port });
    output.add(numbered(3));
    const deadline = new AbortController();
    const flushed = output.flush(deadline.signal, 5);
    await carbon.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
    deadline.abort(new Error('time is up'));
    expect(await flushed).toBe(false);
    expect(output.stats().pointsQueued).toBe(3);
  });
});

describe('every fault costs nothing:', () => {
  test.each([
    ['a reset in the middle of a line', { kind: 'reset', afterBytes: 1000 }],
    ['a close without reading', { kind: 'close_early' }],
    ['a FIN that comes first', { kind: 'half_close' }],
    ['a connection that is never read', { kind: 'stall' }],
    ['an answer later than patience', { kind: 'answer_late', delayMs: 2000 }],
    ['an answer that is late, but not too late', { kind: 'answer_late', delayMs: 100 }],
  ] as const)('%s', async (_, fault) => {
    await using carbon = await startCarbonSink();
    carbon.faults.next(fault, fault);
    const output = outputTo(carbon);
    await using _run = running(output);
    output.add(numbered(500));
    await expect.poll(() => output.stats().pointsQueued, { timeout: 10_000 }).toBe(0);
    expect(new Set(carbon.ledger.lines).size).toBe(500);
    expect(output.stats()).toMatchObject({ pointsSent: 500, pointsDropped: {} });
  });

  test('a Carbon that is killed and comes back', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon);
    await using _run = running(output);
    output.add(numbered(10));
    await carbon.ledger.until(({ completed }) => completed === 1);
    await carbon.faults.refuse();
    output.add(numbered(10, 10));
    await expect.poll(() => output.stats().reconnects).toBeGreaterThan(0);
    output.add(numbered(10, 20));
    await carbon.faults.listenAgain();
    await expect.poll(() => output.stats().pointsQueued).toBe(0);
    expect(new Set(carbon.ledger.lines).size).toBe(30);
  });

  test('a Carbon that was never there', async () => {
    await using carbon = await startCarbonSink();
    await carbon.faults.refuse();
    const output = outputTo(carbon);
    await using _run = running(output);
    output.add(numbered(10));
    await expect.poll(() => output.stats().reconnects).toBeGreaterThan(1);
    await carbon.faults.listenAgain();
    await carbon.ledger.until(({ points }) => points.length >= 10);
  });
});

test('points that come while a delivery is under way are sent after it, over a second connection', async () => {
  await using carbon = await startCarbonSink();
  carbon.faults.next({ kind: 'answer_late', delayMs: 200 });
  const output = outputTo(carbon);
  await using _run = running(output);
  output.add(numbered(5));
  await carbon.ledger.until(({ completed }) => completed === 1);
  output.add(numbered(5, 5));
  await carbon.ledger.until(({ completed }) => completed === 2);
  expect(carbon.ledger.connectionsPeak).toBe(1);
  expect(carbon.ledger.points.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
