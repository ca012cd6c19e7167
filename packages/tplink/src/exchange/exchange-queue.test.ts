import { describe, expect, test } from 'vitest';
import { DeviceRefusedError } from '../device-error.ts';
import { ExchangeQueue } from './exchange-queue.ts';

const { signal } = new AbortController();

/** A task that runs until told to end, and does not look at its signal. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { task: () => promise, end: resolve };
}

describe('exchanges', () => {
  test('happen one at a time, failures notwithstanding', async () => {
    const queue = new ExchangeQueue();
    const order: string[] = [];
    const run = (name: string, fails = false) =>
      queue.run(async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      }, signal);
    const all = await Promise.allSettled([run('a'), run('b', true), run('c')]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  test('are given up at once, but not begun before the one before has ended', async () => {
    const queue = new ExchangeQueue();
    const controller = new AbortController();
    const first = held();
    const given = queue.run(first.task, controller.signal).catch((error: unknown) => error);
    const next = queue.run(async () => 'next', signal);
    let hasNext = false;
    void next.then(() => {
      hasNext = true;
    });
    await Promise.resolve();
    controller.abort('enough');
    expect(await given).toBe('enough');
    expect(hasNext).toBe(false);
    first.end('late');
    expect(await next).toBe('next');
  });

  test('are not begun when given up while waiting', async () => {
    const queue = new ExchangeQueue();
    const controller = new AbortController();
    const first = held();
    const running = queue.run(first.task, signal);
    let hasBegun = false;
    const waiting = queue
      .run(async () => {
        hasBegun = true;
      }, controller.signal)
      .catch((error: unknown) => error);
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    first.end('done');
    expect(await running).toBe('done');
    await queue.run(async () => undefined, signal);
    expect(hasBegun).toBe(false);
  });

  test('all end when the queue is closed, and later ones run', async () => {
    const queue = new ExchangeQueue();
    const first = held();
    const failures = [first.task, first.task].map((task) => queue.run(task, signal).catch((error: unknown) => error));
    queue.close();
    expect((await Promise.all(failures)).every((error) => error instanceof DeviceRefusedError)).toBe(true);
    first.end('late');
    expect(await queue.run(async () => 'again', signal)).toBe('again');
  });
});
