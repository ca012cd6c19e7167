import { expect, test } from 'vitest';
import { SharedTask } from './shared-task.ts';

/** A task that ends when it is told to, or when its signal fires. */
function held() {
  let started = 0;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const task = (signal: AbortSignal): Promise<string> => {
    started += 1;
    const aborted = new Promise<never>((_resolve, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
    });
    return Promise.race([promise, aborted]);
  };
  return { task, resolve, reject, started: () => started };
}

test('those who ask at the same time get one answer, and those after them another', async () => {
  const shared = new SharedTask<string>();
  const { task, resolve, started } = held();
  const { signal } = new AbortController();
  const both = Promise.all([shared.run(task, signal), shared.run(task, signal)]);
  resolve('x');
  expect([await both, started()]).toEqual([['x', 'x'], 1]);
  await shared.run(task, signal);
  expect(started()).toBe(2);
});

test('an error is everybody’s', async () => {
  const shared = new SharedTask<string>();
  const { task, reject } = held();
  const { signal } = new AbortController();
  const both = Promise.allSettled([shared.run(task, signal), shared.run(task, signal)]);
  reject(new Error('no'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('who is told to stop does not take the others along', async () => {
  const shared = new SharedTask<string>();
  const { task, resolve, started } = held();
  const first = new AbortController();
  const other = new AbortController();
  const stopped = shared.run(task, first.signal);
  const goesOn = shared.run(task, other.signal);
  first.abort(new Error('stopped'));
  await expect(stopped).rejects.toThrow('stopped');
  resolve('x');
  expect([await goesOn, started()]).toEqual(['x', 2]);
});

test('who is told to stop does not wait for what another one has begun', async () => {
  const shared = new SharedTask<string>();
  const { task } = held();
  const other = new AbortController();
  void shared.run(task, new AbortController().signal);
  const waiting = shared.run(task, other.signal);
  other.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});
