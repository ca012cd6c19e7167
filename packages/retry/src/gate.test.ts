import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

const never = new AbortController().signal;

/** A task that ends when it is told to. */
function task() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { hasBegun: false, end: resolve };
  const run = async (): Promise<void> => {
    state.hasBegun = true;
    await promise;
  };
  return { state, run };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test('a gate lets so many in, and the next in line when one leaves', async () => {
  const gate = createGate(2);
  const tasks = [task(), task(), task(), task()];
  const ended = tasks.map(({ run }) => gate.run(run, never));
  const begun = () => tasks.map(({ state }) => state.hasBegun);
  await turns();
  expect(begun()).toEqual([true, true, false, false]);
  tasks[1]?.state.end();
  await ended[1];
  await turns();
  expect(begun()).toEqual([true, true, true, false]);
  for (const { state } of tasks) state.end();
  await Promise.all(ended);
  expect(begun()).toEqual([true, true, true, true]);
});

test('a task that fails leaves its place', async () => {
  const gate = createGate(1);
  await expect(gate.run(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
  await expect(gate.run(() => Promise.resolve('next'), never)).resolves.toBe('next');
});

test('who is called away while waiting leaves the line', async () => {
  const gate = createGate(1);
  const [first, second, third] = [task(), task(), task()];
  const running = gate.run(first.run, never);
  const away = new AbortController();
  const waiting = gate.run(second.run, away.signal);
  const last = gate.run(third.run, never);
  away.abort(new Error('called away'));
  await expect(waiting).rejects.toThrow('called away');
  first.state.end();
  await running;
  await turns();
  expect([second.state.hasBegun, third.state.hasBegun]).toEqual([false, true]);
  third.state.end();
  await last;
});

test('who is called away before does not begin', async () => {
  const { state, run } = task();
  await expect(createGate(1).run(run, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  expect(state.hasBegun).toBe(false);
});
