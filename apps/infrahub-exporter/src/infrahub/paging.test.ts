import { expect, test } from 'vitest';
import { readAllPages } from './paging.ts';

/** A server with so many nodes, that gives so many at a time. */
function server(total: number, atATime: number, hasCount = true) {
  const offsets: number[] = [];
  const taken: number[] = [];
  const paging = {
    what: 'nodes',
    fetch: async (offset: number, isFirst: boolean) => {
      offsets.push(offset);
      const received = Math.max(0, Math.min(atATime, total - offset));
      return { received, count: isFirst && hasCount ? total : undefined, offset };
    },
    take: ({ received, offset }: { received: number; offset: number }) => {
      for (let index = 0; index < received; index++) taken.push(offset + index);
    },
  };
  return { paging, offsets, taken };
}

test.each([
  [0, 10, 1],
  [10, 10, 1],
  [11, 10, 2],
  [20, 10, 2],
  [95, 10, 10],
])('%i nodes, %i at a time, are %i requests', async (total, atATime, requests) => {
  const { paging, offsets, taken } = server(total, atATime);
  expect(await readAllPages(paging)).toBe(total);
  expect(offsets).toHaveLength(requests);
  expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
});

test('without a count it goes on up to an empty page', async () => {
  const { paging, offsets, taken } = server(25, 10, false);
  expect(await readAllPages(paging)).toBeUndefined();
  expect([offsets, taken.length]).toEqual([[0, 10, 20, 25], 25]);
});

test('pages that get shorter on the way are followed up', async () => {
  const { paging, taken } = server(30, 10);
  const { fetch } = paging;
  const shorter = {
    ...paging,
    fetch: async (offset: number, isFirst: boolean) => {
      const page = await fetch(offset, isFirst);
      return { ...page, received: Math.min(page.received, isFirst ? 10 : 3) };
    },
  };
  await readAllPages(shorter);
  expect(new Set(taken).size).toBe(30);
});

test('pages that end before the count is reached are an error', async () => {
  const { paging } = server(30, 10);
  const ending = {
    ...paging,
    fetch: async (offset: number) => ({ offset, count: 30, received: offset < 20 ? 10 : 0 }),
  };
  await expect(readAllPages(ending)).rejects.toThrow('nodes: nothing at 20, of 30');
  const empty = { ...paging, fetch: async (offset: number) => ({ offset, count: 30, received: 0 }) };
  await expect(readAllPages(empty)).rejects.toThrow('nodes: nothing at 0, of 30');
});
