/** One line of the table: what was measured, against what, and what it should be. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  /** What it is compared with in the same run, if anything. */
  readonly peer: string;
  /** How many times better ours is; undefined without a peer. */
  readonly ratio: number | undefined;
  readonly target: string;
  readonly isMet: boolean;
}

/** Middle value of a list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Median time of a task, in milliseconds, after some runs that do not count. */
export async function medianMs(runs: number, task: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = -Math.ceil(runs / 3); run < runs; run++) {
    const startMs = performance.now();
    await task();
    if (run >= 0) times.push(performance.now() - startMs);
  }
  return median(times);
}

/** `1.23`, `45`, `6 789`: three significant digits are all that a noisy machine gives. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return value.toPrecision(3);
}

/** Prints rows for `main.ts`, which runs each part in a process of its own. */
export function report(rows: readonly Row[]): void {
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}
