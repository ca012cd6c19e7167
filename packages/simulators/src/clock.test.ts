import { describe, expect, it, vi } from 'vitest';
import { every, ManualClock, pause, systemClock } from './clock.ts';

describe('the system clock', () => {
  it('tells the real time and fires timers', async () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    await pause(systemClock, 1);
  });

  it('fires after a month, which is longer than one timer of node can wait', () => {
    vi.useFakeTimers();
    const task = vi.fn();
    const monthMs = 28 * 86_400_000;
    systemClock.after(monthMs, task);
    vi.advanceTimersByTime(monthMs - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it('never fires what was called off or lies infinitely far ahead', () => {
    vi.useFakeTimers();
    const task = vi.fn();
    systemClock.after(10, task)();
    systemClock.after(Number.POSITIVE_INFINITY, task);
    vi.advanceTimersByTime(2 ** 33);
    expect(task).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

describe('a manual clock', () => {
  it('stands still until advanced and then fires in order, each timer at its own time', () => {
    const clock = new ManualClock(1000);
    const fired: [string, number][] = [];
    clock.after(30, () => fired.push(['late', clock.now()]));
    clock.after(10, () => {
      fired.push(['early', clock.now()]);
      clock.after(5, () => fired.push(['armed on the way', clock.now()]));
    });
    clock.after(20, () => fired.push(['called off', clock.now()]))();
    clock.advance(29);
    expect(clock.now()).toBe(1029);
    expect(fired).toEqual([
      ['early', 1010],
      ['armed on the way', 1015],
    ]);
    clock.advance(1);
    expect(fired.at(-1)).toEqual(['late', 1030]);
  });
});

describe('every', () => {
  it('repeats until stopped, also from within the task', () => {
    const clock = new ManualClock(0);
    let beats = 0;
    const stop = every(clock, 100, () => {
      beats += 1;
      if (beats === 3) stop();
    });
    clock.advance(1000);
    expect(beats).toBe(3);
  });
});
