import { describe, expect, test } from 'vitest';
import { fieldOf, isRecord, numberOf, textOf } from './record.ts';

describe('parsed JSON', () => {
  test('has objects, which arrays and null are not', () => {
    expect([{}, [], null, 'text', 7].map(isRecord)).toEqual([true, false, false, false, false]);
  });

  test('has no fields but its own', () => {
    expect(fieldOf(JSON.parse('{"a":1,"__proto__":2}'), '__proto__')).toBe(2);
    expect(fieldOf({ a: 1 }, 'constructor')).toBeUndefined();
  });

  test.each([
    ['text', 'text'],
    [7.5, '7.5'],
    [null, ''],
    [{}, ''],
    [true, ''],
  ])('reads %j as the text %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  test.each([
    [2, 2],
    ['2', 2],
    [' 2.5 ', 2.5],
    ['', undefined],
    [' ', undefined],
    ['two', undefined],
    ['Infinity', undefined],
    [null, undefined],
    [true, undefined],
    [[2], undefined],
  ])('reads %j as the number %j', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});
