import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openScope } from './scope.ts';

describe('a scope', () => {
  test('fires with its parent and for the same reason', () => {
    const parent = new AbortController();
    const scope = openScope(parent.signal);
    parent.abort('stop');
    expect(scope.signal.reason).toBe('stop');
  });

  test('has fired at once when its parent had', () => {
    expect(openScope(AbortSignal.abort('stopped')).signal.reason).toBe('stopped');
  });

  test('fires on its own without a trace on the parent', () => {
    const parent = new AbortController();
    const scope = openScope(parent.signal);
    scope.abort('enough');
    expect(scope.signal.reason).toBe('enough');
    expect(parent.signal.aborted).toBe(false);
    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0);
  });

  test('lets go of its parent', () => {
    const parent = new AbortController();
    const scope = openScope(parent.signal);
    scope.release();
    parent.abort('stop');
    expect(scope.signal.aborted).toBe(false);
  });
});
