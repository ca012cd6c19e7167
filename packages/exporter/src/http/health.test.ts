import { expect, test } from 'vitest';
import { healthBody, statusOf } from './health.ts';

const report = (...up: boolean[]) => ({ key: 'devices', devices: up.map((isUp, n) => ({ isUp, view: { n } })) });

test.each([
  ['healthy', [true, true]],
  ['degraded', [true, false]],
  ['unhealthy', [false, false]],
  ['unhealthy', []],
])('is %s with devices up: %j', (status, up) => expect(statusOf(report(...up))).toBe(status));

test('shows the devices under the key of the app', () => {
  expect(healthBody(report(true))).toEqual({ status: 'healthy', devices: [{ n: 0 }] });
});

test('what else is followed counts, under its own key', () => {
  const whole = { ...report(true), others: [{ ...report(false, true), key: 'queries' }] };
  expect(healthBody(whole)).toEqual({ status: 'degraded', devices: [{ n: 0 }], queries: [{ n: 0 }, { n: 1 }] });
});
