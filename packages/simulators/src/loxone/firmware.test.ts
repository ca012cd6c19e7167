import { expect, it } from 'vitest';
import { isAtLeast } from './firmware.ts';

it.each([
  ['10.2.3.26', '9.10', true],
  ['9.3.2.11', '10.0', false],
  ['10.4', '10.4', true],
  ['10.4.0.1', '10.4', true],
  ['10.0.9.12', '10.0.9.13', false],
  ['10.0.9', '10.0.9.13', false],
  ['10', '9.99.99', true],
])('compares %s with %s part by part', (firmware, version, expected) => {
  expect(isAtLeast(firmware, version)).toBe(expected);
});
