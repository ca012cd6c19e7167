import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../log/log.ts';
import { followSignals } from './signals.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const;
let before: Map<string, NodeJS.SignalsListener[]>;
beforeEach(() => {
  before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
});
afterEach(() => {
  vi.useRealTimers();
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.removeListener(signal, listener);
    }
  }
});

function follow(stop: () => Promise<void>) {
  const levels: string[] = [];
  const exit = vi.fn();
  const reload = vi.fn(() => Promise.reject(new Error('bad configuration')));
  const logControl = { log: silentLog(), setLevel: (level: string) => void levels.push(level) };
  followSignals({ logControl, logLevel: 'info', reload, stop, exit });
  return { exit, reload, levels };
}

test('the first signal stops in order, the second at once', async () => {
  const stopped = Promise.withResolvers<void>();
  const { exit } = follow(() => stopped.promise);
  process.emit('SIGTERM', 'SIGTERM');
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGINT', 'SIGINT');
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  stopped.resolve();
  await vi.waitFor(() => expect(exit).toHaveBeenLastCalledWith(0));
});

test('what does not stop within nine seconds is ended', async () => {
  vi.useFakeTimers();
  const { exit } = follow(() => new Promise(() => {}));
  process.emit('SIGTERM', 'SIGTERM');
  await vi.advanceTimersByTimeAsync(8999);
  expect(exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
});

test('HUP reloads, and a reload that fails is no reason to end', () => {
  const { reload, exit } = follow(() => Promise.resolve());
  process.emit('SIGHUP', 'SIGHUP');
  expect(reload).toHaveBeenCalledOnce();
  expect(exit).not.toHaveBeenCalled();
});

test('USR2 switches debug logging on and off', () => {
  const { levels } = follow(() => Promise.resolve());
  process.emit('SIGUSR2', 'SIGUSR2');
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(levels).toEqual(['debug', 'info']);
});
