import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_STATE, StateTable } from './state-table.ts';
import { formatUuid, InvalidUuidError, parseUuid } from './uuid.ts';

const LIGHT = '15beed5b-01ab-d81f-ffff403fb0c34b9e';
const BLIND = '15beed5b-01ab-d820-ffff403fb0c34b9e';

/** The states of a UUID, in the order of their chain. */
function statesOf(table: StateTable, uuid: string): number[] {
  const states: number[] = [];
  for (let state = table.first(parseUuid(uuid), 0); state !== NO_STATE; state = table.next(state)) states.push(state);
  return states;
}

describe('a state table', () => {
  test('finds a state by the bytes of its UUID', () => {
    const table = new StateTable();
    table.add(LIGHT, 0);
    table.add(BLIND, 7);
    expect(statesOf(table, LIGHT)).toEqual([0]);
    expect(statesOf(table, BLIND)).toEqual([7]);
  });

  test('finds it wherever the bytes begin', () => {
    const table = new StateTable();
    table.add(LIGHT, 3);
    const bytes = new Uint8Array(30);
    bytes.set(new Uint8Array(parseUuid(LIGHT).buffer), 9);
    expect(table.first(new DataView(bytes.buffer, 4), 5)).toBe(3);
  });

  test('finds nothing for what was not added', () => {
    expect(statesOf(new StateTable(), LIGHT)).toEqual([]);
  });

  test('finds all states that share a UUID, the last added first', () => {
    const table = new StateTable();
    for (const state of [4, 2, 900]) table.add(LIGHT, state);
    table.add(BLIND, 3);
    expect(statesOf(table, LIGHT)).toEqual([900, 2, 4]);
    expect(statesOf(table, BLIND)).toEqual([3]);
  });

  test('does not care for the case of a UUID', () => {
    const table = new StateTable();
    table.add(LIGHT.toUpperCase(), 1);
    expect(statesOf(table, LIGHT)).toEqual([1]);
  });

  test('takes nothing but UUIDs', () => {
    expect(() => new StateTable().add(`${LIGHT}/AI1`, 0)).toThrow(InvalidUuidError);
  });

  test('holds thousands of states, shared and not, also when UUIDs differ in one word only', () => {
    const word = fc.integer({ min: 0, max: 3 });
    const uuids = fc.array(fc.tuple(word, word, word, word), { minLength: 1, maxLength: 3_000, size: 'max' });
    const holds = fc.property(uuids, (words) => {
      const table = new StateTable();
      const expected = new Map<string, number[]>();
      for (const [state, four] of words.entries()) {
        const uuid = formatUuid(new DataView(Uint32Array.from(four).buffer));
        table.add(uuid, state);
        expected.set(uuid, [state, ...(expected.get(uuid) ?? [])]);
      }
      for (const [uuid, states] of expected) expect(statesOf(table, uuid)).toEqual(states);
    });
    fc.assert(holds, { numRuns: 30 });
  });

  test('keeps room, so that the search for what is not there ends', () => {
    const table = new StateTable();
    for (let state = 0; state < 1_100; state += 1) {
      table.add(`0f869a64-0200-0a9b-${state.toString(16).padStart(16, '0')}`, state);
      expect(statesOf(table, LIGHT)).toEqual([]);
    }
  });

  test('finds each of ten thousand UUIDs and none beside them', () => {
    const table = new StateTable();
    const uuidOf = (index: number) => `0f869a64-0200-0a9b-${index.toString(16).padStart(16, '0')}`;
    for (let state = 0; state < 10_000; state += 1) table.add(uuidOf(state), state);
    for (let state = 0; state < 10_000; state += 1) expect(statesOf(table, uuidOf(state))).toEqual([state]);
    for (let state = 10_000; state < 20_000; state += 1) expect(statesOf(table, uuidOf(state))).toEqual([]);
  });
});
