import { describe, expect, test } from 'vitest';
import { createFakeClock } from './testing.ts';

const { signal } = new AbortController();

describe('the fake clock', () => {
  test('stands still by itself', () => {
    const clock = createFakeClock(5_000);
    expect([clock.now(), clock.monotonicMs()]).toEqual([5_000, 0]);
  });

  test('advances both of its times', async () => {
    const clock = createFakeClock(5_000);
    await clock.advance(70);
    expect([clock.now(), clock.monotonicMs()]).toEqual([5_070, 70]);
  });

  test('fires due timers in order, each at its own time', async () => {
    const clock = createFakeClock(0);
    const fired: [string, number][] = [];
    for (const [name, delayMs] of [
      ['late', 30],
      ['early', 10],
      ['too late', 31],
      ['also early', 10],
    ] as const) {
      clock.after(delayMs, () => fired.push([name, clock.now()]));
    }
    await clock.advance(30);
    expect(fired).toEqual([
      ['early', 10],
      ['also early', 10],
      ['late', 30],
    ]);
    expect(clock.pending).toBe(1);
  });

  test('fires no timer that was cancelled', async () => {
    const clock = createFakeClock();
    const timer = clock.after(10, () => expect.unreachable());
    timer.unref();
    timer.cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(20);
  });

  test('lets a loop go round as often as it would in that time', async () => {
    const clock = createFakeClock(0);
    const rounds: number[] = [];
    async function loop(): Promise<void> {
      while (rounds.length < 100) {
        await clock.sleep(10, signal);
        for (let job = 0; job < 50; job += 1) await Promise.resolve();
        rounds.push(clock.now());
      }
    }
    void loop();
    await clock.advance(45);
    expect(rounds).toEqual([10, 20, 30, 40]);
  });

  test('sleeps until the signal fires', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleep = clock.sleep(10, controller.signal);
    controller.abort(new Error('stop'));
    await expect(sleep).rejects.toThrow('stop');
    expect(clock.pending).toBe(0);
  });
});
