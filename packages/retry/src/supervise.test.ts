import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBackoff } from './backoff.ts';
import { createFakeClock } from './fake-clock.ts';
import { type Attempt, type SupervisionEvent, supervise } from './supervise.ts';

function setup() {
  const clock = createFakeClock(0);
  const controller = new AbortController();
  const backoff = createBackoff({ initialMs: 1_000, maxMs: 30_000, jitter: 0 });
  const events: SupervisionEvent[] = [];
  const report = (event: SupervisionEvent) => void events.push(event);
  return { clock, controller, events, options: { clock, backoff, report, signal: controller.signal } };
}

/** Notes when each attempt began, and fails each. */
function failing(clock: { now(): number }, starts: number[]): Attempt {
  return async () => {
    starts.push(clock.now());
    throw new Error('refused');
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('supervision', () => {
  test('starts again after every failure, waiting longer each time', async () => {
    const { clock, controller, options } = setup();
    const starts: number[] = [];
    const supervision = supervise(failing(clock, starts), options);
    await clock.advance(70_000);
    expect(starts).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000]);
    controller.abort();
    await supervision;
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('starts again what came to an end by itself', async () => {
    const { clock, controller, events, options } = setup();
    const supervision = supervise(async () => undefined, options);
    await clock.advance(1_000);
    expect(events.slice(0, 3)).toEqual([
      { kind: 'started', attempt: 1 },
      { kind: 'ended', attempt: 1, error: undefined, failures: 1, waitMs: 1_000 },
      { kind: 'started', attempt: 2 },
    ]);
    controller.abort();
    await supervision;
  });

  test('goes back to the shortest wait once an attempt was healthy', async () => {
    const { clock, controller, events, options } = setup();
    let count = 0;
    const supervision = supervise(async (_, healthy) => {
      count += 1;
      if (count === 4) healthy();
      throw new Error('lost');
    }, options);
    await clock.advance(9_000);
    const ends = events.filter((event) => event.kind === 'ended');
    expect(ends.map(({ failures, waitMs }) => [failures, waitMs])).toEqual([
      [1, 1_000],
      [2, 2_000],
      [3, 4_000],
      [0, 1_000],
      [1, 2_000],
    ]);
    controller.abort();
    await supervision;
  });

  test('takes no news of health from an attempt that has ended', async () => {
    const { clock, controller, options } = setup();
    const starts: number[] = [];
    const reports: (() => void)[] = [];
    const supervision = supervise(async (_, healthy) => {
      starts.push(clock.now());
      reports.push(healthy);
      throw new Error('lost');
    }, options);
    await clock.advance(1_500);
    reports[0]?.();
    await clock.advance(10_000);
    expect(starts).toEqual([0, 1_000, 3_000, 7_000]);
    controller.abort();
    await supervision;
  });

  test('waits longer when the error asks for it, and never shorter', async () => {
    const { clock, controller, options } = setup();
    const starts: number[] = [];
    const asked = [60_000, 10, Number.NaN, undefined];
    const delayFor = vi.fn(() => asked.shift());
    const supervision = supervise(failing(clock, starts), { ...options, delayFor });
    await clock.advance(80_000);
    expect(starts).toEqual([0, 60_000, 62_000, 66_000, 74_000]);
    expect(delayFor).toHaveBeenNthCalledWith(2, { attempt: 2, error: new Error('refused'), failures: 2 });
    controller.abort();
    await supervision;
  });

  test('waits for the last attempt to end when told to stop', async () => {
    const { clock, controller, events, options } = setup();
    let close: (() => void) | undefined;
    const attempt: Attempt = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          close = resolve;
        });
      });
    const ended = vi.fn();
    const supervision = supervise(attempt, options).then(ended);
    await clock.advance(1_000);
    controller.abort(new Error('shutting down'));
    await clock.advance(1_000);
    expect(ended).not.toHaveBeenCalled();
    close?.();
    await supervision;
    expect(events.at(-1)).toEqual({ kind: 'ended', attempt: 1, error: undefined, failures: 1, waitMs: undefined });
  });

  test('fires the signal of an attempt once it has ended', async () => {
    const { clock, controller, options } = setup();
    const signals: AbortSignal[] = [];
    const supervision = supervise(async (signal) => {
      signals.push(signal);
      throw new Error('refused');
    }, options);
    await clock.advance(500);
    expect(signals[0]?.aborted).toBe(true);
    controller.abort();
    await supervision;
  });

  test('does not begin when the signal has fired before', async () => {
    const { options } = setup();
    await supervise(() => expect.unreachable(), { ...options, signal: AbortSignal.abort() });
  });

  test('survives callbacks that throw, and warns of them', async () => {
    const { clock, controller, options } = setup();
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const starts: number[] = [];
    function broken(): never {
      throw new Error('broken');
    }
    const supervision = supervise(failing(clock, starts), { ...options, report: broken, delayFor: broken });
    await clock.advance(1_000);
    expect(starts).toEqual([0, 1_000]);
    expect(warn).toHaveBeenCalledWith(new Error('supervise: the delayFor callback has thrown'));
    controller.abort();
    await supervision;
  });

  test('survives an attempt that throws before it returns a promise', async () => {
    const { clock, controller, events, options } = setup();
    const supervision = supervise(() => {
      throw new Error('at once');
    }, options);
    await clock.advance(0);
    controller.abort();
    await supervision;
    expect(events[1]).toMatchObject({ kind: 'ended', error: new Error('at once'), waitMs: 1_000 });
  });

  test('runs on the real clock by default, without callbacks', async () => {
    const controller = new AbortController();
    const backoff = { next: () => 0, reset: () => undefined };
    let count = 0;
    await supervise(
      async () => {
        count += 1;
        if (count === 3) controller.abort();
      },
      { signal: controller.signal, backoff },
    );
    expect(count).toBe(3);
  });
});
