import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SpoolFiles } from './spool-files.ts';

/** Another process works with the directory: two would send and delete each other's points. */
export class SpoolInUseError extends Error {}

/** Who holds a lock. In containers the host tells processes of one number apart. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
}

/** How often a holder must {@link SpoolLock.touch} its lock. */
export const TOUCH_MS = 10_000;

/** A lock that nobody has touched for so long was left by a process of a machine or container that is gone. */
const STALE_MS = 45_000;

/**
 * The file `lock` of a spool's directory: who uses it, touched all the time.
 *
 * The file system has no locks that are let go of when a process is killed and that Node.js could take, so that the file
 * has to tell: a holder of this host that runs no more, or has the number of this process, was killed; one of elsewhere
 * is believed for {@link STALE_MS}.
 */
export class SpoolLock {
  readonly #file: string;
  readonly #text: string;
  readonly #files: SpoolFiles;

  private constructor(file: string, text: string, files: SpoolFiles) {
    this.#file = file;
    this.#text = text;
    this.#files = files;
  }

  /**
   * @throws {SpoolInUseError} when somebody else has it
   * @throws an error of the file system
   */
  static take(directory: string, files: SpoolFiles, owner = thisProcess()): SpoolLock {
    const file = join(directory, 'lock');
    const text = `${JSON.stringify(owner)}\n`;
    const lock = new SpoolLock(file, text, files);
    if (lock.#create()) return lock;
    const holder = ownerIn(files.readFileSync(file, 'utf8'));
    const agoMs = Date.now() - files.statSync(file).mtimeMs;
    if (agoMs < STALE_MS && !isGone(holder, owner)) throw new SpoolInUseError(inUse(directory, holder, agoMs));
    files.unlinkSync(file);
    if (!lock.#create()) throw new SpoolInUseError(`${directory} is used by another process that has just begun`);
    return lock;
  }

  /**
   * Shows that the holder lives.
   *
   * @throws {SpoolInUseError} when another has taken the lock meanwhile, as it may after the machine slept
   * @throws an error of the file system
   */
  touch(): void {
    if (!this.#create() && this.#files.readFileSync(this.#file, 'utf8') !== this.#text)
      throw new SpoolInUseError(`another process has taken over ${this.#file} while this one was suspended`);
    const now = new Date();
    this.#files.utimesSync(this.#file, now, now);
  }

  /** Lets another have it. Throws never: what cannot be deleted goes stale. */
  release(): void {
    try {
      if (this.#files.readFileSync(this.#file, 'utf8') === this.#text) this.#files.unlinkSync(this.#file);
    } catch {
      // The next process finds that this one is gone.
    }
  }

  #create(): boolean {
    try {
      this.#files.writeFileSync(this.#file, this.#text, { flag: 'wx', mode: 0o640 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // A full disk has room for the name of the file, and not for what it should hold.
      this.#files.rmSync(this.#file, { force: true });
      throw error;
    }
  }
}

function thisProcess(): LockOwner {
  return { pid: process.pid, host: hostname() };
}

/** @returns undefined for what no process has written so */
function ownerIn(text: string): LockOwner | undefined {
  try {
    const { pid, host } = JSON.parse(text) as Partial<Record<keyof LockOwner, unknown>>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isGone(holder: LockOwner | undefined, self: LockOwner): boolean {
  if (holder === undefined || holder.host !== self.host) return false;
  if (holder.pid === self.pid) return true;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is another user's, and lives.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function inUse(directory: string, holder: LockOwner | undefined, agoMs: number): string {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} of ${holder.host}`;
  const seconds = Math.max(Math.round(agoMs / 1000), 0);
  return `${directory} is used by ${who}, which showed itself ${seconds} s ago: each process needs a directory of its own`;
}
