import { createBackoff } from '@device-exporters/retry';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { DurableQueue } from '../queue/durable-queue.ts';
import { countOf, type Range } from '../queue/ranges.ts';
import { StatsBook } from '../stats.ts';
import { DeliveryError } from './delivery-error.ts';
import { Sender } from './sender.ts';

/** A sender with `points` queued, and a Carbon that is a function; time stands still until advanced. */
function senderWith(points: number, deliver: (ranges: readonly Range[]) => Promise<void>) {
  const clock = createFakeClock();
  const stats = new StatsBook(undefined);
  const queue = new DurableQueue({ maxPoints: 1e6, spool: undefined, stats, clock, log: silentLog });
  const add = (count: number) =>
    queue.add(Array.from({ length: count }, (_, value) => ({ path: 'a', value, timestampSeconds: 1.7e9 })));
  const sizes: number[] = [];
  const sender = new Sender({
    queue,
    deliver: (ranges) => {
      sizes.push(countOf(ranges));
      return deliver(ranges);
    },
    backoff: createBackoff({ initialMs: 1000, maxMs: 60_000, jitter: 0 }),
    stats,
    clock,
    log: silentLog,
    batchPoints: 5000,
    collectMs: 100,
    backlogPointsPerSecond: 10_000,
  });
  add(points);
  return { sender, queue, clock, sizes, add };
}

const refused = () => Promise.reject(new DeliveryError('refused', 'nobody there'));

describe('a sender', () => {
  test('waits longer from failure to failure, a minute at most, and never gives up', async () => {
    const { sender, clock, sizes } = senderWith(10, refused);
    const controller = new AbortController();
    const ended = sender.run(controller.signal);
    await clock.advance(999);
    expect(sizes).toHaveLength(1);
    await clock.advance(1);
    expect(sizes).toHaveLength(2);
    await clock.advance(2000 + 4000 + 8000 + 16_000 + 32_000);
    expect(sizes).toHaveLength(7);
    await clock.advance(3_600_000);
    expect(sizes).toHaveLength(67);
    controller.abort();
    await ended;
    expect(clock.pending).toBe(0);
  });

  test('collects what comes at about the same time', async () => {
    const { sender, queue, clock, sizes, add } = senderWith(0, () => Promise.resolve());
    const controller = new AbortController();
    const ended = sender.run(controller.signal);
    await clock.advance(1000);
    for (let round = 0; round < 5; round += 1) {
      add(3);
      sender.wake();
      await clock.advance(10);
    }
    expect(sizes).toEqual([]);
    await clock.advance(100);
    expect(sizes).toEqual([15]);
    expect(queue.length).toBe(0);
    controller.abort();
    await ended;
  });

  test('makes smaller batches for a Carbon that is slow, and larger ones again', async () => {
    const slow = (ranges: readonly Range[]) =>
      countOf(ranges) > 700 ? Promise.reject(new DeliveryError('timeout', 'too much')) : Promise.resolve();
    const { sender, queue, sizes } = senderWith(1500, slow);
    expect(await sender.flush(new AbortController().signal, 1)).toBe(false);
    for (let attempt = 0; attempt < 5 && queue.length > 0; attempt += 1) {
      await sender.flush(new AbortController().signal, 1);
    }
    expect(queue.length).toBe(0);
    expect(Math.max(...sizes)).toBe(1500);
    expect(sizes.filter((size) => size <= 700).reduce((sum, size) => sum + size)).toBe(1500);
  });

  test('lets a large backlog go at its pace', async () => {
    const { sender, queue, clock } = senderWith(100_000, () => Promise.resolve());
    sender.begin();
    const controller = new AbortController();
    const ended = sender.run(controller.signal);
    await clock.advance(5000);
    expect(queue.length).toBeGreaterThan(100_000 - 61_000);
    expect(queue.length).toBeLessThan(100_000 - 55_000);
    await clock.advance(4500);
    expect(queue.length).toBe(0);
    controller.abort();
    await ended;
  });

  test('delivers once what a flush and a run both want', async () => {
    const { sender, clock, sizes } = senderWith(10, async () => clock.sleep(50, new AbortController().signal));
    const controller = new AbortController();
    const ended = sender.run(controller.signal);
    const flushed = sender.flush(controller.signal, 1);
    await clock.advance(200);
    expect(await flushed).toBe(true);
    expect(sizes).toEqual([10]);
    controller.abort();
    await ended;
  });
});
