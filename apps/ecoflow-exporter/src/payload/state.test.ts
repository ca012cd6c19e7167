import { describe, expect, test } from 'vitest';
import { readQuotas } from './json-message.ts';
import { MAX_KEYS } from './readings.ts';
import { type DeviceState, EMPTY_STATE, merge } from './state.ts';

function stateOf(...pushes: object[]): DeviceState {
  return pushes.reduce((state: DeviceState, push) => merge(state, readQuotas(push).readings), EMPTY_STATE);
}

function valuesOf(state: DeviceState): Record<string, number> {
  return Object.fromEntries(state.values);
}

describe('merging a push', () => {
  test('keeps what it does not carry, and lets a zero be a zero', () => {
    expect(valuesOf(stateOf({ a: 1, b: 2 }, { b: 0 }))).toEqual({ a: 1, b: 0 });
  });

  test('leaves the state before as it was', () => {
    const before = stateOf({ a: 1, list: [1, 2] });
    merge(before, readQuotas({ a: 2, list: [] }).readings);
    expect(valuesOf(before)).toEqual({ a: 1, 'list[0]': 1, 'list[1]': 2 });
  });

  test('ends elements beyond the new end of a list', () => {
    expect(valuesOf(stateOf({ list: [1, 2, 3] }, { list: [4] }))).toEqual({ 'list[0]': 4 });
  });

  test('ends members that elements do not have any more', () => {
    expect(valuesOf(stateOf({ list: [{ a: 1, b: 2 }] }, { list: [{ a: 3 }] }))).toEqual({ 'list[0].a': 3 });
  });

  test('takes no more keys than a device can have', () => {
    const push = (start: string) =>
      Object.fromEntries(Array.from({ length: MAX_KEYS }, (_, index) => [`${start}${index}`, index]));
    const state = stateOf(push('a'), push('b'), { a0: 7 });
    expect(state.values.size).toBe(MAX_KEYS);
    expect(state.values.get('a0')).toBe(7);
  });
});
