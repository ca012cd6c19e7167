import { PathTable } from './path-table.ts';
import { countOf, type Range, RangeSet } from './ranges.ts';

/** Points of one chunk: large enough that its own weight does not count, small enough to be freed soon. */
const CHUNK_POINTS = 8192;

interface Chunk {
  readonly pathIds: Uint32Array;
  readonly timestamps: Uint32Array;
  readonly values: Float64Array;
}

/** Sees one point: path, its number, value, timestamp in whole seconds, sequence number. */
export type VisitPoint = (path: string, pathId: number, value: number, timestampSeconds: number, seq: number) => void;

/**
 * Points that wait, each with a sequence number that only grows. 16 bytes a point, in typed arrays.
 *
 * A point leaves when it is confirmed or dropped, from wherever it stands; until then it stays, whatever a socket has taken.
 */
export class PointQueue {
  readonly paths = new PathTable();
  readonly #chunks = new Map<number, Chunk>();
  readonly #pending = new RangeSet();
  #end = 0;

  /** How many points wait. */
  get length(): number {
    return this.#pending.count;
  }

  /** The sequence number of the next point. */
  get end(): number {
    return this.#end;
  }

  /** Timestamp of the point that waits longest, Unix seconds. */
  get oldestTimestampSeconds(): number | undefined {
    const { first } = this.#pending;
    return first === undefined ? undefined : this.#chunkOf(first)?.timestamps[first % CHUNK_POINTS];
  }

  /** Adds a point that has been found good. */
  append(path: string, value: number, timestampSeconds: number): void {
    this.appendAt(this.#end, path, value, timestampSeconds);
  }

  /** Adds a point with a sequence number of its own, not below {@link end}: for what a spool gives back. */
  appendAt(seq: number, path: string, value: number, timestampSeconds: number): void {
    const chunk = this.#chunkOf(seq) ?? this.#newChunk(seq);
    const at = seq % CHUNK_POINTS;
    chunk.pathIds[at] = this.paths.use(path);
    chunk.timestamps[at] = timestampSeconds;
    chunk.values[at] = value;
    this.#pending.append({ from: seq, to: seq + 1 });
    this.#end = seq + 1;
  }

  /** Lets the next sequence number be at least this one. */
  skipTo(seq: number): void {
    this.#end = Math.max(this.#end, seq);
  }

  /** What waits within a range, oldest first, `limit` points at most. */
  pending(range: Range, limit?: number): Range[] {
    return this.#pending.within(range, limit);
  }

  /** Takes points out; returns how many of them there were. */
  remove(range: Range): number {
    const removed = this.#pending.subtract(range);
    for (const { from, to } of removed) {
      for (let seq = from; seq < to; seq += 1) {
        this.paths.release(this.#chunkOf(seq)?.pathIds[seq % CHUNK_POINTS] ?? 0);
      }
      for (let key = chunkKey(from); key <= chunkKey(to - 1); key += 1) this.#freeIfDone(key);
    }
    return countOf(removed);
  }

  /** Takes the oldest points out; returns how many there were. */
  removeOldest(count: number): number {
    const oldest = this.#pending.within({ from: 0, to: this.#end }, count);
    const to = oldest.at(-1)?.to;
    return to === undefined ? 0 : this.remove({ from: 0, to });
  }

  /** Shows the points of ranges that wait, in the order given. */
  visit(ranges: readonly Range[], visit: VisitPoint): void {
    for (const { from, to } of ranges) {
      for (let seq = from; seq < to; seq += 1) {
        const chunk = this.#chunkOf(seq);
        if (chunk === undefined) throw new RangeError(`no point has the number ${seq}`);
        const at = seq % CHUNK_POINTS;
        const pathId = chunk.pathIds[at] ?? 0;
        visit(this.paths.textOf(pathId), pathId, chunk.values[at] ?? 0, chunk.timestamps[at] ?? 0, seq);
      }
    }
  }

  #chunkOf(seq: number): Chunk | undefined {
    return this.#chunks.get(chunkKey(seq));
  }

  #newChunk(seq: number): Chunk {
    const chunk = {
      pathIds: new Uint32Array(CHUNK_POINTS),
      timestamps: new Uint32Array(CHUNK_POINTS),
      values: new Float64Array(CHUNK_POINTS),
    };
    this.#end = seq;
    // The chunk before may have lost all its points while there was still room in it.
    for (const key of this.#chunks.keys()) this.#freeIfDone(key);
    this.#chunks.set(chunkKey(seq), chunk);
    return chunk;
  }

  #freeIfDone(key: number): void {
    const range = { from: key * CHUNK_POINTS, to: (key + 1) * CHUNK_POINTS };
    // The one that is being filled stays: a quiet queue would make a new one for every few points.
    if (range.to <= this.#end && this.#pending.within(range, 1).length === 0) this.#chunks.delete(key);
  }
}

function chunkKey(seq: number): number {
  return Math.floor(seq / CHUNK_POINTS);
}
