import { expect, test } from 'vitest';
import { BodyPool } from './body-pool.ts';
import { SeriesRegistry } from './registry.ts';

test('memory that was given back serves the next body of about the same size', () => {
  const pool = new BodyPool();
  const first = pool.take(1000);
  expect(first.length).toBe(1000);
  pool.give(first);
  const second = pool.take(1020);
  expect(second.length).toBe(1020);
  expect(second.buffer).toBe(first.buffer);
  pool.give(second);
  expect(pool.take(5000).buffer).not.toBe(first.buffer);
  expect(pool.take(10).buffer).not.toBe(first.buffer);
});

test('only a few spare bodies are kept', () => {
  const pool = new BodyPool();
  const bodies = [1000, 1000, 1000, 1000].map((bytes) => pool.take(bytes));
  for (const body of bodies) pool.give(body);
  const again = [1000, 1000, 1000, 1000].map((bytes) => pool.take(bytes).buffer);
  expect(again.filter((buffer) => bodies.some((body) => body.buffer === buffer))).toHaveLength(3);
});

test('a body is not touched while somebody reads it, and used again afterwards', async () => {
  const registry = new SeriesRegistry();
  const series = registry.gauge({ name: 'g', help: 'G.' }).series();
  const read = (value: number) => {
    series.set(value);
    return registry.exposition('text');
  };
  const first = await read(1);
  const shared = await registry.exposition('text');
  expect(shared).toBe(first);
  const second = await read(2);
  second.release();
  const third = await read(3);
  expect(first.body.toString()).toContain('g 1\n');
  first.release();
  const fourth = await read(4);
  expect(fourth.body.buffer).not.toBe(first.body.buffer);
  expect(shared.body.toString()).toContain('g 1\n');
  shared.release();
  fourth.release();
  const buffers = [await read(5), await read(6)].map(({ body }) => body.buffer);
  expect(buffers).toContain(first.body.buffer);
  expect(third.body.toString()).toContain('g 3\n');
});

test('a body that is being compressed is not touched either', async () => {
  const registry = new SeriesRegistry();
  const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
  const series = Array.from({ length: 3000 }, (_, n) => gauge.series({ n: `${n}` }));
  const read = (value: number) => {
    for (const one of series) one.set(value);
    return registry.exposition('text');
  };
  const first = await read(1);
  const expected = first.body.toString();
  const compressed = first.gzip();
  first.release();
  for (let value = 2; value < 8; value++) (await read(value)).release();
  const { gunzipSync } = await import('node:zlib');
  expect(gunzipSync(await compressed).toString()).toBe(expected);
});
