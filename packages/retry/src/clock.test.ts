import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

const DAY_MS = 86_400_000;

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('tells the time of the machine', () => {
    vi.setSystemTime(1_234_567);
    expect(systemClock.now()).toBe(1_234_567);
  });

  test('measures time that never goes back', () => {
    const before = systemClock.monotonicMs();
    vi.advanceTimersByTime(250);
    expect(systemClock.monotonicMs() - before).toBe(250);
  });

  test('fires a timer once, when it is due', () => {
    const task = vi.fn();
    systemClock.after(100, task);
    vi.advanceTimersByTime(99);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledOnce();
  });

  test('fires no timer that was cancelled', () => {
    const task = vi.fn();
    systemClock.after(100, task).cancel();
    vi.advanceTimersByTime(1_000);
    expect(task).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits longer than setTimeout can', () => {
    const task = vi.fn();
    systemClock.after(60 * DAY_MS, task);
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
  });

  test('keeps the process alive for a timer only until it is told otherwise', () => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const timer = systemClock.after(60 * DAY_MS, () => undefined);
    expect(setTimeout.mock.results[0]?.value.hasRef()).toBe(true);
    timer.unref();
    expect(setTimeout.mock.results[0]?.value.hasRef()).toBe(false);
    vi.advanceTimersByTime(30 * DAY_MS);
    expect(setTimeout.mock.results[1]?.value.hasRef()).toBe(false);
  });

  test('sleeps', async () => {
    const { signal } = new AbortController();
    const woken = vi.fn();
    const sleep = systemClock.sleep(100, signal).then(woken);
    await vi.advanceTimersByTimeAsync(99);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('wakes up with the reason when the signal fires, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(100, controller.signal);
    controller.abort(new Error('stop'));
    await expect(sleep).rejects.toThrow('stop');
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('does not fall asleep when the signal has fired before', async () => {
    await expect(systemClock.sleep(100, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(vi.getTimerCount()).toBe(0);
  });
});
