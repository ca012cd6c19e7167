#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import { devices } from './devices.ts';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

process.exitCode = await runCommandLine(process.argv.slice(2), {
  devices,
  out: process.stdout,
  err: process.stderr,
  signal: stop.signal,
});
