import { expect, test } from 'vitest';
import { PointQueue } from './point-queue.ts';

function valuesOf(queue: PointQueue): number[] {
  const values: number[] = [];
  queue.visit(queue.pending({ from: 0, to: queue.end }), (_path, _id, value) => values.push(value));
  return values;
}

test('points stay until they are removed, wherever they stand', () => {
  const queue = new PointQueue();
  for (let value = 0; value < 10; value += 1) queue.append('a', value, 100 + value);
  expect(queue.remove({ from: 3, to: 5 })).toBe(2);
  expect(queue.remove({ from: 4, to: 6 })).toBe(1);
  expect(valuesOf(queue)).toEqual([0, 1, 2, 6, 7, 8, 9]);
  expect(queue.removeOldest(4)).toBe(4);
  expect(valuesOf(queue)).toEqual([7, 8, 9]);
  expect(queue.oldestTimestampSeconds).toBe(107);
  expect(queue.removeOldest(100)).toBe(3);
  expect(queue.oldestTimestampSeconds).toBeUndefined();
});

test('a path lives as long as a point has it, and its number is used again', () => {
  const queue = new PointQueue();
  for (let value = 0; value < 50_000; value += 1) {
    queue.append(`path_${value}`, value, 100);
    if (queue.length > 10) queue.removeOldest(1);
  }
  expect(queue.paths.size).toBe(10);
  const paths: string[] = [];
  queue.visit(queue.pending({ from: 0, to: queue.end }), (path, pathId) => {
    paths.push(path);
    expect(pathId).toBeLessThan(20);
  });
  expect(paths).toEqual(Array.from({ length: 10 }, (_, index) => `path_${49_990 + index}`));
});

test('a million points take less than 60 bytes each, and give them back', () => {
  const bytes = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const paths = Array.from({ length: 1000 }, (_, index) => `home.electricity.kasa.device_${index}.power_watts`);
  const before = bytes();
  const queue = new PointQueue();
  for (let index = 0; index < 1_000_000; index += 1) {
    queue.append(paths[index % paths.length] ?? '', index * 1.1, 1_700_000_000 + index);
  }
  const arraysFull = process.memoryUsage().arrayBuffers;
  expect((bytes() - before) / 1_000_000).toBeLessThan(60);
  expect(queue.removeOldest(1_000_000)).toBe(1_000_000);
  queue.append('a', 1, 1);
  globalThis.gc?.();
  expect(queue.length).toBe(1);
  expect(arraysFull).toBeGreaterThan(16_000_000);
});
