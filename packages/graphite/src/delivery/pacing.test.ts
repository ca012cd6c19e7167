import { describe, expect, test } from 'vitest';
import { PointQueue } from '../queue/point-queue.ts';
import { Allowance, nextBatch } from './pacing.ts';

/** A hundred points of backlog, ten live ones. */
function queued(): PointQueue {
  const queue = new PointQueue();
  for (let value = 0; value < 110; value += 1) queue.append('a', value, 100);
  return queue;
}

describe('a batch', () => {
  test('is in order when the backlog may go at once', () => {
    expect(nextBatch(queued(), { liveFrom: 100, backlogAllowance: 100, maxPoints: 1000 })).toEqual({
      ranges: [
        { from: 0, to: 100 },
        { from: 100, to: 110 },
      ],
      backlogPoints: 100,
    });
  });

  test('has the live points first, then what is allowed of a larger backlog', () => {
    expect(nextBatch(queued(), { liveFrom: 100, backlogAllowance: 30, maxPoints: 1000 })).toEqual({
      ranges: [
        { from: 100, to: 110 },
        { from: 0, to: 30 },
      ],
      backlogPoints: 30,
    });
  });

  test('has no more points than it may', () => {
    expect(nextBatch(queued(), { liveFrom: 100, backlogAllowance: 100, maxPoints: 40 }).ranges).toEqual([
      { from: 0, to: 40 },
    ]);
    expect(nextBatch(queued(), { liveFrom: 100, backlogAllowance: 50, maxPoints: 12 }).ranges).toEqual([
      { from: 100, to: 110 },
      { from: 0, to: 2 },
    ]);
  });

  test('is empty when nothing may go', () => {
    expect(nextBatch(queued(), { liveFrom: 110, backlogAllowance: 0, maxPoints: 12 }).ranges).toEqual([]);
  });
});

test('an allowance grows with time, up to that of one second', () => {
  const allowance = new Allowance(1000);
  expect(allowance.points(0)).toBe(1000);
  allowance.spend(1000);
  expect(allowance.points(0)).toBe(0);
  expect(allowance.points(250)).toBe(250);
  expect(allowance.points(10_000)).toBe(1000);
});
