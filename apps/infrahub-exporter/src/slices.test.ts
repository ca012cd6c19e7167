import { expect, test } from 'vitest';
import { inSlices, ownTurn } from './slices.ts';

/** Counts the turns of the event loop from now on. */
function turnCounter() {
  const counter = { turns: 0, stop: () => clearImmediate(immediate) };
  const turn = (): void => {
    counter.turns++;
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  return counter;
}

test('each slice has its turn, in order, and says where it begins', async () => {
  const many = Array.from({ length: 250 }, (_, index) => index);
  const seen: number[] = [];
  const begins: number[] = [];
  await inSlices(many, 100, (slice, from) => {
    seen.push(...slice);
    begins.push(from);
  });
  expect(seen).toEqual(many);
  expect(begins).toEqual([0, 100, 200]);
});

test('no two slices share a turn, however many lists are worked on side by side', async () => {
  const counter = turnCounter();
  const turnsOfSlices: number[] = [];
  const list = Array.from({ length: 50 }, (_, index) => index);
  await Promise.all(Array.from({ length: 8 }, () => inSlices(list, 10, () => turnsOfSlices.push(counter.turns))));
  counter.stop();
  expect(turnsOfSlices).toHaveLength(40);
  expect(new Set(turnsOfSlices).size).toBe(40);
});

test('a slice that fails fails its list and nobody else’s', async () => {
  const failing = inSlices([1], 1, () => {
    throw new Error('no');
  });
  const other = ownTurn();
  await expect(failing).rejects.toThrow('no');
  await other;
});
