import { basename, join } from 'node:path';
import type { Range } from '../queue/ranges.ts';
import type { SpoolFiles } from './spool-files.ts';

/** The first bytes of every segment file: what it is, and the version of its format. */
export const MAGIC = Buffer.from('DEXSPL1\n');

const NAME = /^points-([0-9a-f]{12})\.spool$/;
const SEQ_DIGITS = 12;

/** A segment file that is complete, or was left by an earlier process. */
export interface Segment {
  readonly file: string;
  readonly bytes: number;
  /** From the lowest to behind the highest sequence number of its points. */
  readonly span: Range;
}

/** The first sequence number that a segment file is named after. */
export function firstSeqOf(file: string): number {
  return Number.parseInt(NAME.exec(basename(file))?.[1] ?? '0', 16);
}

/** Paths of the segment files of a directory, oldest first. */
export function segmentFiles(directory: string, files: SpoolFiles): string[] {
  return files
    .readdirSync(directory)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** A segment file that is being written. */
export class OpenSegment {
  readonly file: string;
  readonly #files: SpoolFiles;
  readonly #fd: number;
  readonly #paths = new Map<number, string>();
  #bytes = 0;
  readonly #from: number;
  #to: number;
  #isSynced = true;
  #syncing: Promise<void> = Promise.resolve();

  /** @throws an error of the file system, when the file exists too */
  constructor(directory: string, firstSeq: number, files: SpoolFiles) {
    this.file = join(directory, `points-${firstSeq.toString(16).padStart(SEQ_DIGITS, '0')}.spool`);
    this.#files = files;
    this.#from = firstSeq;
    this.#to = firstSeq;
    this.#fd = files.openSync(this.file, 'wx', 0o640);
    try {
      this.append(MAGIC);
    } catch (error) {
      files.closeSync(this.#fd);
      files.unlinkSync(this.file);
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get span(): Range {
    return { from: this.#from, to: this.#to };
  }

  /** Whether the file says already which path this number stands for. */
  knows(pathId: number, path: string): boolean {
    return this.#paths.get(pathId) === path;
  }

  learn(pathId: number, path: string): void {
    this.#paths.set(pathId, path);
  }

  /** The file now has points up to here. */
  reach(to: number): void {
    this.#to = Math.max(this.#to, to);
  }

  /** Appends bytes as a whole or, as far as the file system lets us, not at all. @throws an error of the file system */
  append(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length; ) at += this.#files.writeSync(this.#fd, bytes, at);
    } catch (error) {
      this.#cutOff();
      throw error;
    }
    this.#bytes += bytes.length;
    this.#isSynced = false;
  }

  /** Has what was written until now put on the disk itself. @throws an error of the file system */
  sync(): Promise<void> {
    const earlier = this.#syncing.catch(() => undefined);
    this.#syncing = earlier.then(() => this.#syncNow());
    return this.#syncing;
  }

  /** @throws an error of the file system */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      this.#files.closeSync(this.#fd);
    }
  }

  #syncNow(): Promise<void> {
    if (this.#isSynced) return Promise.resolve();
    this.#isSynced = true;
    return new Promise((resolve, reject) => {
      this.#files.fdatasync(this.#fd, (error) => (error ? reject(error) : resolve()));
    });
  }

  #cutOff(): void {
    try {
      this.#files.ftruncateSync(this.#fd, this.#bytes);
    } catch {
      // Then the next start finds a torn record, as after a crash, and passes over it.
    }
  }
}
