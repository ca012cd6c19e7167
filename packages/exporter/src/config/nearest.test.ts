import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['hots', 'host'],
  ['HOST', 'host'],
  ['pasword', 'password'],
  ['listen_prt', 'listen_port'],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
])('%j means %s', (unknown, known) => {
  expect(nearest(unknown, ['host', 'port', 'password', 'listen_port'])).toBe(known);
});
