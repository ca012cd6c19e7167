import { describe, expect, test } from 'vitest';
import { describeClose } from './close-codes.ts';

describe('the close of a connection', () => {
  test.each([
    [1000, 'normal'],
    [1001, 'going_away'],
    [1005, 'normal'],
    [1006, 'lost'],
    [4003, 'blocked'],
    [4004, 'users_changed'],
    [4005, 'user_changed'],
    [4006, 'user_disabled'],
    [4007, 'update'],
    [4008, 'no_event_slot'],
    [1011, 'other'],
  ])('with code %i is called %s', (code, name) => {
    expect(describeClose(code, '').name).toBe(name);
  });

  test('is described with its code and, if there is one, the reason', () => {
    expect(describeClose(4007, '').sentence).toBe('the Miniserver is being updated (code 4007)');
    expect(describeClose(3000, 'nobody knows').sentence).toBe('the connection was closed (code 3000, "nobody knows")');
  });

  test.each([
    ['Login temporarily blocked (120)', 120],
    ['blocked (once) (60) ', 60],
    ['blocked', undefined],
    ['blocked (soon)', undefined],
    ['(60) blocked', undefined],
    [`(${'9'.repeat(400)})`, undefined],
  ])('after too many failed logins tells for how long: %j', (reason, seconds) => {
    expect(describeClose(4003, reason).blockedForSeconds).toBe(seconds);
  });

  test('for other reasons tells no such time', () => {
    expect(describeClose(4007, 'update (30)').blockedForSeconds).toBeUndefined();
  });
});
