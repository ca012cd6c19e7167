import { describe, expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';
import { createFakeClock } from './fake-clock.ts';
import { type RetryInfo, retry } from './retry.ts';

function setup() {
  const clock = createFakeClock(0);
  const controller = new AbortController();
  const backoff = createBackoff({ initialMs: 1_000, maxMs: 30_000, jitter: 0 });
  return { clock, controller, options: { clock, backoff, signal: controller.signal } };
}

/** Fails with each of the errors, then returns 'done'; notes when it was called. */
function failing(clock: { now(): number }, errors: Error[]) {
  const calls: number[] = [];
  async function task(): Promise<string> {
    calls.push(clock.now());
    const error = errors.shift();
    if (error !== undefined) throw error;
    return 'done';
  }
  return { task, calls };
}

describe('retry', () => {
  test('returns at once what works at once', async () => {
    const { options } = setup();
    await expect(retry(async () => 7, options)).resolves.toBe(7);
  });

  test('waits by the backoff between attempts and says so', async () => {
    const { clock, options } = setup();
    const errors = [new Error('first'), new Error('second')];
    const [first, second] = errors;
    const { task, calls } = failing(clock, errors);
    const told: RetryInfo[] = [];
    const result = retry(task, { ...options, onRetry: (info) => told.push(info) });
    await clock.advance(10_000);
    await expect(result).resolves.toBe('done');
    expect(calls).toEqual([0, 1_000, 3_000]);
    expect(told).toEqual([
      { attempt: 1, error: first, waitMs: 1_000 },
      { attempt: 2, error: second, waitMs: 2_000 },
    ]);
  });

  test('throws the last error as it was, its cause intact, when the attempts are used up', async () => {
    const { clock, options } = setup();
    const last = new Error('last', { cause: new Error('underneath') });
    const { task, calls } = failing(clock, [new Error('first'), last]);
    const failed = expect(retry(task, { ...options, attempts: 2 })).rejects.toBe(last);
    await clock.advance(60_000);
    await failed;
    expect(calls).toEqual([0, 1_000]);
  });

  test('gives up on an error that is not worth it', async () => {
    const { clock, options } = setup();
    const denied = new Error('denied');
    const { task, calls } = failing(clock, [denied]);
    const isWorthRetrying = (error: unknown) => error !== denied;
    await expect(retry(task, { ...options, isWorthRetrying })).rejects.toBe(denied);
    expect(calls).toEqual([0]);
    expect(clock.pending).toBe(0);
  });

  test('stops waiting when the signal fires', async () => {
    const { clock, controller, options } = setup();
    const { task, calls } = failing(clock, [new Error('first')]);
    const stopped = expect(retry(task, options)).rejects.toThrow('shutting down');
    await clock.advance(500);
    controller.abort(new Error('shutting down'));
    await stopped;
    expect(calls).toEqual([0]);
    expect(clock.pending).toBe(0);
  });

  test('hands the signal to the task and does not repeat what failed because of it', async () => {
    const { controller, options } = setup();
    const task = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut off')));
      });
    const stopped = expect(retry(task, options)).rejects.toThrow('cut off');
    controller.abort();
    await stopped;
  });

  test('does not begin when the signal has fired before', async () => {
    const { options } = setup();
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(retry(() => expect.unreachable(), { ...options, signal })).rejects.toThrow('stopped');
  });

  test('works on the real clock too', async () => {
    const { options } = setup();
    const { task } = failing({ now: () => 0 }, [new Error('once')]);
    const { clock: _, ...rest } = options;
    const backoff = { next: () => 0, reset: () => undefined };
    await expect(retry(task, { ...rest, backoff })).resolves.toBe('done');
  });
});
