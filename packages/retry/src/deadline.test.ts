import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { DeadlineExceededError, withDeadline } from './deadline.ts';
import { createFakeClock } from './fake-clock.ts';

function setup() {
  const clock = createFakeClock();
  const controller = new AbortController();
  return { clock, controller, options: { what: 'login to 192.0.2.10', signal: controller.signal, clock } };
}

const hang = () => new Promise<never>(() => undefined);

/** A task that takes notice of its signal in its own way. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('socket closed')));
  });
}

describe('a deadline', () => {
  test('passes on what the task returns and leaves nothing behind', async () => {
    const { clock, controller, options } = setup();
    await expect(withDeadline(1_000, async () => 'done', options)).resolves.toBe('done');
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('passes on what the task throws and leaves nothing behind', async () => {
    const { clock, controller, options } = setup();
    const refused = new Error('refused');
    await expect(withDeadline(1_000, () => Promise.reject(refused), options)).rejects.toBe(refused);
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('tidies up after a task that throws before it returns a promise', async () => {
    const { clock, controller, options } = setup();
    function broken(): Promise<never> {
      throw new Error('broken');
    }
    await expect(withDeadline(1_000, broken, options)).rejects.toThrow('broken');
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('says what took longer than how many milliseconds', async () => {
    const { clock, controller, options } = setup();
    const late = expect(withDeadline(1_000, hang, options)).rejects.toThrow(
      new DeadlineExceededError('login to 192.0.2.10 took longer than 1000 ms'),
    );
    await clock.advance(1_000);
    await late;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('is what the caller hears of, whatever the task makes of its signal', async () => {
    const { clock, options } = setup();
    const late = expect(withDeadline(1_000, rejectOnAbort, options)).rejects.toBeInstanceOf(DeadlineExceededError);
    await clock.advance(1_000);
    await late;
  });

  test('tells the task when the time is up', async () => {
    const { clock, options } = setup();
    let reason: unknown;
    const task = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return hang();
    };
    withDeadline(1_000, task, options).catch(() => undefined);
    await clock.advance(1_000);
    expect(reason).toBeInstanceOf(DeadlineExceededError);
  });

  test('ends with the reason of the caller when that comes first', async () => {
    const { clock, controller, options } = setup();
    const ended = expect(withDeadline(1_000, rejectOnAbort, options)).rejects.toThrow('shutting down');
    controller.abort(new Error('shutting down'));
    await ended;
    expect(clock.pending).toBe(0);
  });

  test('starts no task when the signal has fired before', async () => {
    const options = { what: 'anything', signal: AbortSignal.abort(new Error('stopped')) };
    await expect(withDeadline(1_000, () => expect.unreachable(), options)).rejects.toThrow('stopped');
  });

  test('leaves the signal of a finished task alone', async () => {
    const { clock, controller, options } = setup();
    const signal = await withDeadline(1_000, async (own) => own, options);
    await clock.advance(5_000);
    controller.abort();
    expect(signal.aborted).toBe(false);
  });
});
