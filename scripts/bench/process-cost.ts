import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process costs at this moment. Linux only. */
export interface ProcessCost {
  readonly residentMegabytes: number;
  /** The part that is nobody else's and no file: heap, buffers, stacks. */
  readonly anonymousMegabytes: number;
  /** User and system time since its start. */
  readonly cpuSeconds: number;
}

/** Reads `/proc` of a process. */
export function costOf(pid: number): ProcessCost {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  // Fields 14 and 15, counted from behind the name in parentheses, which may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    residentMegabytes: megabytes('VmRSS'),
    anonymousMegabytes: megabytes('RssAnon'),
    cpuSeconds: ticks / ticksPerSecond(),
  };
}

function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}
