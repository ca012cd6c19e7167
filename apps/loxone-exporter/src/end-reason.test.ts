import { expect, test } from 'vitest';
import { ConnectionEnded } from './end-reason.ts';

test('an end knows its reason, its cause and how long to stay away', () => {
  const cause = new Error('reset');
  const end = new ConnectionEnded('blocked', 'blocked for a minute', { cause, stayAwayMs: 60_000 });
  expect(end).toMatchObject({ reason: 'blocked', message: 'blocked for a minute', cause, stayAwayMs: 60_000 });
  expect(new ConnectionEnded('closed', 'closed').stayAwayMs).toBeUndefined();
});
