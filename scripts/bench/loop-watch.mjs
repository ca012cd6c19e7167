/**
 * Loaded before a program (`node --import`): writes the longest block of its event loop so far, in milliseconds, into the
 * file that LOOP_WATCH_FILE names, twice a second. Blocks of the start do not count.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const START_MS = 2_000;
const WRITE_EVERY_MS = 500;
// biome-ignore lint/suspicious/noUndeclaredEnvVars: of a measurement, no build reads it
const file = process.env['LOOP_WATCH_FILE'] ?? '/dev/null';
const delay = monitorEventLoopDelay({ resolution: 2 });
setTimeout(() => delay.enable(), START_MS).unref();
setInterval(() => writeFileSync(file, String(delay.max / 1e6)), WRITE_EVERY_MS).unref();
