import { describe, expect, test } from 'vitest';
import { isGeneration2 } from './generation.ts';

describe('the generation of a Miniserver', () => {
  test.each([
    [0, false],
    [1, false],
    [2, true],
    [3, true],
    [4, true],
    [5, undefined],
    [undefined, undefined],
  ])('follows from type %j: %j', (miniserverType, expected) => {
    expect(isGeneration2({ miniserverType })).toBe(expected);
  });

  test('is 2 when it says how TLS stands, and unknown when it does not', () => {
    expect(isGeneration2({ apiKey: { httpsStatus: 2 } })).toBe(true);
    expect(isGeneration2({ apiKey: { httpsStatus: undefined } })).toBeUndefined();
  });

  test('follows from the type first, and from TLS when the type is new', () => {
    const apiKey = { httpsStatus: 1 };
    expect(isGeneration2({ miniserverType: 0, apiKey })).toBe(false);
    expect(isGeneration2({ miniserverType: 17, apiKey })).toBe(true);
  });
});
