import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { until } from '@device-exporters/exporter/testing';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { sleepUntilReachable } from './reachability.ts';

const never = new AbortController().signal;
const NOBODY: Endpoint = { host: '127.0.0.1', port: 1, isTls: false, tls: {} };

/** A sleep under way, and whether it is over. */
function asleep(endpoint: Endpoint, waitMs: number, signal = never) {
  const clock = createFakeClock();
  const sleep = { clock, isOver: false, done: sleepUntilReachable(endpoint, waitMs, signal, clock) };
  void sleep.done.then(
    () => {
      sleep.isOver = true;
    },
    () => undefined,
  );
  return sleep;
}

describe('a wait for somebody who may come back', () => {
  test('lasts as long as it should while nobody listens', async () => {
    const sleep = asleep(NOBODY, 20_000);
    for (const _ of [5, 10, 15]) {
      await sleep.clock.advance(5_000);
      // The knock is real: the next nap begins when it was in vain.
      await until('the next nap', () => sleep.clock.pending === 1);
      expect(sleep.isOver).toBe(false);
    }
    await sleep.clock.advance(5_000);
    await sleep.done;
    expect(sleep.clock.monotonicMs()).toBe(20_000);
  });

  test('ends five seconds after somebody listens, with one knock', async () => {
    let knocks = 0;
    const server = createServer((socket) => {
      knocks++;
      socket.resume();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sleep = asleep({ ...NOBODY, port }, 30_000);
    await sleep.clock.advance(5_000);
    await sleep.done;
    expect(sleep.clock.monotonicMs()).toBe(5_000);
    server.close();
    await once(server, 'close');
    expect(knocks).toBe(1);
    expect(sleep.clock.pending).toBe(0);
  });

  test('that is short has no knock', async () => {
    const sleep = asleep(NOBODY, 5_000);
    await sleep.clock.advance(4_999);
    expect(sleep.isOver).toBe(false);
    await sleep.clock.advance(1);
    await sleep.done;
  });

  test('gives a knock that hangs two seconds', async () => {
    // Nobody answers at an address for documentation, and nobody refuses; a network that does is no harm.
    const sleep = asleep({ ...NOBODY, host: '192.0.2.1' }, 12_000);
    await sleep.clock.advance(5_000);
    await sleep.clock.advance(2_000);
    await until('the next nap', () => sleep.clock.pending === 1);
    await sleep.clock.advance(5_000);
    await sleep.done;
  });

  test('ends with its signal', async () => {
    const stop = new AbortController();
    const sleep = asleep(NOBODY, 30_000, stop.signal);
    stop.abort(new Error('stopping'));
    await expect(sleep.done).rejects.toThrow('stopping');
    expect(sleep.clock.pending).toBe(0);
  });
});
