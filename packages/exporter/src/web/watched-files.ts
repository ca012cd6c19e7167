import { statSync } from 'node:fs';
import type { Clock } from '@device-exporters/retry';

/** Files are looked at no more often than this, however many requests come. */
const LOOK_EVERY_MS = 1000;

/** Tells whether files have changed, when asked: nothing runs in between. */
export class WatchedFiles {
  readonly #clock: Clock;
  #files: readonly string[];
  #state: string;
  #lookedAtMs: number;

  constructor(files: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#files = files;
    this.#state = stateOf(files);
    this.#lookedAtMs = clock.monotonicMs();
  }

  /** Whether one of the files differs from what it was when asked before. */
  haveChanged(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return false;
    this.#lookedAtMs = nowMs;
    const state = stateOf(this.#files);
    if (state === this.#state) return false;
    this.#state = state;
    return true;
  }

  /** Watches these from now on. */
  watch(files: readonly string[]): void {
    if (files.join('\0') === this.#files.join('\0')) return;
    this.#files = files;
    this.#state = stateOf(files);
  }
}

/** A file that was replaced differs in at least one of these; links are followed, as a mounted secret is one. */
function stateOf(files: readonly string[]): string {
  return files.map(stateOfFile).join();
}

function stateOfFile(file: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return `${ino}:${size}:${mtimeMs}:${ctimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
