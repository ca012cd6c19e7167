import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_NUMBER_BYTES, numberText, writeNumber } from './number-text.ts';

const out = new Uint8Array(64);
const written = (value: number): string => Buffer.from(out.subarray(3, writeNumber(value, out, 3))).toString('latin1');

test.each([
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [-1, '-1'],
  [10, '10'],
  [2 ** 31 - 1, '2147483647'],
  [-(2 ** 31), '-2147483648'],
  [2 ** 31, '2147483648'],
  [21.5, '21.5'],
  [-0.001, '-0.001'],
  [0.05, '0.05'],
  [1.005, '1.005'],
  [-12.25, '-12.25'],
  [999999999.999, '999999999.999'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [-Number.MAX_VALUE, '-1.7976931348623157e+308'],
  [Number.MIN_VALUE, '5e-324'],
  [Number.NaN, 'Nan'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('writes %d as %s', (value, text) => {
  expect(written(value)).toBe(text);
  expect(text.length).toBeLessThanOrEqual(MAX_NUMBER_BYTES);
});

test('writes every double as JavaScript prints it', () => {
  fc.assert(
    fc.property(fc.double(), (value) => written(value) === numberText(value)),
    { numRuns: 5000 },
  );
});

test('writes every decimal a sensor may send as JavaScript prints it', () => {
  const decimal = fc.tuple(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(decimal, ([digits, scale]) => written(digits / 10 ** scale) === `${digits / 10 ** scale}`),
    { numRuns: 20_000 },
  );
});
