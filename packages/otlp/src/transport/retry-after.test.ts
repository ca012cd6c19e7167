import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statusWithRetryInfo } from '../testing/status-details.ts';
import { retryAfterMs, retryInfoMs } from './retry-after.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['7', 7000],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['999999999', 900_000],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(ms);
});

test.each([
  [{ seconds: 3, nanos: 0 }, 3000],
  [{ seconds: 0, nanos: 250_000_000 }, 250],
  [{ seconds: 300, nanos: 0 }, 300_000],
  [{ seconds: 90_000, nanos: 0 }, 900_000],
])('a RetryInfo of %o is %i ms', (delay, ms) => {
  expect(retryInfoMs(statusWithRetryInfo(8, delay))).toBe(ms);
});

test('a status with other details, or none, says nothing', () => {
  expect(retryInfoMs(statusWithRetryInfo(8, { seconds: 3, nanos: 0 }, 'google.rpc.Help'))).toBeUndefined();
  expect(retryInfoMs(new Uint8Array())).toBeUndefined();
});

test('bytes that are no status, or a part of one, are survived', () => {
  const whole = statusWithRetryInfo(8, { seconds: 300, nanos: 5 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.nat(whole.length).map((length) => whole.subarray(0, length)),
      ),
      (bytes) => {
        const ms = retryInfoMs(bytes) ?? 0;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(900_000);
      },
    ),
  );
});
