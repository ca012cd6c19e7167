import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 5;
const PATIENCE_MS = 15_000;

/**
 * Waits for a condition: asks again and again until the answer is neither undefined nor false, and returns it.
 *
 * @param what is waited for, for the error
 * @throws {Error} after 15 s
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain: ${what}`);
    await sleep(ASK_EVERY_MS);
  }
}
