import type { OutputLog } from '../log.ts';
import type { PointQueue } from '../queue/point-queue.ts';
import type { Segment } from './segment.ts';
import type { SpoolFiles } from './spool-files.ts';

/** What a shelf works with. */
interface ShelfDeps {
  readonly files: SpoolFiles;
  readonly log: OutputLog;
  readonly onError: () => void;
}

/** The segment files that nothing is written to any more, kept until nobody wants their points. */
export class SegmentShelf {
  readonly #deps: ShelfDeps;
  #segments: Segment[] = [];

  constructor(deps: ShelfDeps) {
    this.#deps = deps;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  put(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Deletes the files without a point that waits in the queue. */
  deleteUnwanted(queue: PointQueue): void {
    const { files, log, onError } = this.#deps;
    this.#segments = this.#segments.filter(({ file, span }) => {
      if (queue.pending(span, 1).length > 0) return true;
      try {
        files.unlinkSync(file);
      } catch (err) {
        // Its points come again after a restart, which harms nobody.
        onError();
        log.warn({ file, err }, 'a file of the spool cannot be deleted');
      }
      return false;
    });
  }
}
