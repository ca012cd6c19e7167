/** Runs a task later, unless it is cancelled. */
type After = (delayMs: number, task: () => void) => { cancel(): void };

/** The sleep of a clock on top of its `after`. Leaves neither a timer nor a listener behind, however it ends. */
export function sleepOn(after: After, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      timer.cancel();
      reject(signal.reason);
    }
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
