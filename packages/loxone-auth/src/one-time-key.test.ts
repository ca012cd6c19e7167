import { describe, expect, test } from 'vitest';
import { InvalidKeyError, parseOneTimeKey } from './one-time-key.ts';

describe('a one-time key', () => {
  test('is decoded from hex, to any bytes', () => {
    expect([...parseOneTimeKey('00ff80C3')]).toEqual([0, 255, 128, 195]);
  });

  test('is decoded once, even when hex comes out', () => {
    expect(Buffer.from(parseOneTimeKey('41434633')).toString()).toBe('ACF3');
  });

  test.each([
    ['a text of 3 other characters', 'abc'],
    ['a text of 0 other characters', ''],
    ['a text of 6 other characters', 'secret'],
    ['a text of 5 other characters', 'abcd\n'],
    ['number', 4142],
    ['undefined', undefined],
  ])('is not %s, which is not quoted', (found, value) => {
    expect(() => parseOneTimeKey(value)).toThrow(
      new InvalidKeyError(`key of the Miniserver: expected hex digits, found ${found}`),
    );
  });
});
