/** A signal for a part of some longer work: it fires with its parent, or earlier on its own. */
export interface Scope {
  readonly signal: AbortSignal;

  /** Fires the signal. */
  abort(reason: unknown): void;

  /** Lets go of the parent without firing the signal. */
  release(): void;
}

/**
 * Opens a scope; whoever does so calls `abort` or `release` in the end.
 *
 * `AbortSignal.any` derives a signal too, but cannot let go again: a parent that lives as long as the process would
 * collect what only the garbage collector takes away.
 */
export function openScope(parent: AbortSignal): Scope {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  const release = (): void => parent.removeEventListener('abort', onAbort);
  return {
    signal: controller.signal,
    abort(reason) {
      release();
      controller.abort(reason);
    },
    release,
  };
}
