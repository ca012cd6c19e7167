import type { Secret } from '@device-exporters/exporter';
import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, test } from 'vitest';
import { Bell } from './rounds.ts';
import { Webhook } from './webhook.ts';

const REQUEST = { path: '/webhook', method: 'POST', headers: { 'x-webhook-secret': 'hush' } };

test('events that keep coming are read after ten seconds all the same', async () => {
  const clock = createFakeClock();
  const bell = new Bell();
  const rungMs: number[] = [];
  const listen = (): void => {
    void bell.next().rung.then(() => {
      rungMs.push(clock.monotonicMs());
      listen();
    });
  };
  listen();
  const secret = { reveal: () => 'hush' } as Secret;
  const webhook = new Webhook({ enabled: true, secret }, bell, clock);
  for (let count = 0; count < 30; count++) {
    expect(webhook.answer(REQUEST).status).toBe(202);
    await clock.advance(500);
  }
  await clock.advance(5_000);
  expect(rungMs).toEqual([10_000, 15_500]);
  webhook.close();
  expect(clock.pending).toBe(0);
});
