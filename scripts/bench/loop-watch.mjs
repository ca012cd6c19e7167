/**
 * Loaded before a program (`node --import`): writes the longest block of its event loop so far into the file that
 * LOOP_WATCH_FILE names, twice a second, as JSON in milliseconds: `blockMs` as it was, `ownMs` without the time in which its
 * thread was ready to run and had no processor, which says how busy the machine was. Blocks of the start do not count.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const START_MS = 2_000;
const EVERY_MS = 2;
const WRITE_EVERY_MS = 500;
// biome-ignore lint/suspicious/noUndeclaredEnvVars: of a measurement, no build reads it
const file = process.env['LOOP_WATCH_FILE'] ?? '/dev/null';

/** How long this thread has waited for a processor since its start, as Linux counts it. */
function queuedMs() {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
}

let [blockMs, ownMs] = [0, 0];
let [lastMs, lastQueuedMs] = [performance.now(), queuedMs()];
setInterval(() => {
  const [nowMs, nowQueuedMs] = [performance.now(), queuedMs()];
  const lateMs = nowMs - lastMs - EVERY_MS;
  if (nowMs > START_MS) {
    blockMs = Math.max(blockMs, lateMs);
    ownMs = Math.max(ownMs, lateMs - (nowQueuedMs - lastQueuedMs));
  }
  [lastMs, lastQueuedMs] = [nowMs, nowQueuedMs];
}, EVERY_MS).unref();
setInterval(() => writeFileSync(file, JSON.stringify({ blockMs, ownMs })), WRITE_EVERY_MS).unref();
