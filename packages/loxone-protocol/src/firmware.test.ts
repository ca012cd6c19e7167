import { describe, expect, test } from 'vitest';
import { compareFirmware } from './firmware.ts';

describe('firmware versions', () => {
  test.each([
    ['10.2.3.26', '9.10'],
    ['10.10', '10.9.99'],
    ['14.5.12.28', '14.5.12.9'],
    ['10.2.0.1', '10.2'],
    ['1', 'unreleased'],
  ])('%s comes after %s', (newer, older) => {
    expect(compareFirmware(newer, older)).toBeGreaterThan(0);
    expect(compareFirmware(older, newer)).toBeLessThan(0);
  });

  test.each([
    ['10.2', '10.2.0.0'],
    ['08.1', '8.1'],
    ['', '0'],
  ])('%j is the same as %j', (left, right) => {
    expect(compareFirmware(left, right)).toBe(0);
  });
});
