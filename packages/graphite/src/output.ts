import { type Clock, createBackoff, systemClock } from '@device-exporters/retry';
import { deliver } from './delivery/deliver.ts';
import { Sender } from './delivery/sender.ts';
import { type OutputLog, silentLog } from './log.ts';
import type { GraphiteMetrics } from './metrics.ts';
import type { GraphitePoint } from './point.ts';
import { DurableQueue } from './queue/durable-queue.ts';
import { DiskSpool, type DiskSpoolDeps } from './spool/disk-spool.ts';
import { type SpoolFiles, systemFiles } from './spool/spool-files.ts';
import { type GraphiteStats, StatsBook } from './stats.ts';
import { encodePickle } from './wire/pickle.ts';
import { encodePlaintext } from './wire/plaintext.ts';

/** Settings of {@link createGraphiteOutput}. */
export interface GraphiteOutputOptions {
  readonly host: string;
  readonly port: number;
  /** Carbon listens for lines on 2003 and for pickles on 2004. Default `plaintext`. */
  readonly protocol?: 'plaintext' | 'pickle';
  /** Longest time without any progress of a delivery, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number;
  /** Where queued points are kept on disk. One process at a time can use the directory. Default: in memory alone. */
  readonly spool?: { readonly directory: string; readonly files?: SpoolFiles } | undefined;
  /** The most points that may wait; beyond it the oldest are dropped. Default 1 000 000. */
  readonly maxPoints?: number;
  /** The most points of a backlog that are sent in a second. Default 10 000. */
  readonly backlogPointsPerSecond?: number;
  /** How long points are collected before they are sent, in milliseconds. Default 100. */
  readonly collectMs?: number;
  /** Waits after deliveries that failed, in milliseconds. Default 1 000, doubling up to 60 000. */
  readonly backoff?: { readonly initialMs: number; readonly maxMs: number };
  readonly metrics?: GraphiteMetrics;
  readonly log?: OutputLog;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/**
 * Points go in; Carbon gets them, sooner or later.
 *
 * The first use throws {@link SpoolInUseError} when another process works with the directory of the spool.
 */
export interface GraphiteOutput {
  /** Queues points; returns how many were taken. The others can never be sent, and are counted by reason. */
  add(points: Iterable<GraphitePoint>): number;

  /** Sends what is queued, and what will be, until the signal fires. Never rejects. One at a time. */
  run(signal: AbortSignal): Promise<void>;

  /**
   * Sends everything that is queued at this moment, now, and says whether Carbon has all of it. What it has not stays queued.
   *
   * @param signal the end of patience
   * @param attempts how many deliveries may fail before it gives up; default 1
   */
  flush(signal: AbortSignal, attempts?: number): Promise<boolean>;

  stats(): GraphiteStats;

  /** Lets go of the spool, written to the disk. Call it last. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_MAX_POINTS = 1_000_000;
const DEFAULT_BACKLOG_POINTS_PER_SECOND = 10_000;
const DEFAULT_COLLECT_MS = 100;
const DEFAULT_BACKOFF = { initialMs: 1000, maxMs: 60_000 };

/** Points of one connection: some 4 MB, which Carbon reads in half a second. Only a backlog is so large. */
const BATCH_POINTS = 50_000;

/** Makes an output. Nothing is read, written or sent before its first use. */
export function createGraphiteOutput(options: GraphiteOutputOptions): GraphiteOutput {
  const { host, port, timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock, log = silentLog } = options;
  const { maxPoints = DEFAULT_MAX_POINTS, backoff = DEFAULT_BACKOFF } = options;
  const stats = new StatsBook(options.metrics);
  const spool = options.spool && diskSpool(options.spool, { clock, log, onError: () => stats.spoolFailed() });
  const queue = new DurableQueue({ maxPoints, spool, stats, clock, log });
  const encode = options.protocol === 'pickle' ? encodePickle : encodePlaintext;
  const sender = new Sender({
    queue,
    deliver: (ranges, signal) => deliver(encode(queue.points, ranges), { host, port, timeoutMs, clock, signal }),
    backoff: createBackoff(backoff),
    stats,
    clock,
    log,
    batchPoints: BATCH_POINTS,
    collectMs: options.collectMs ?? DEFAULT_COLLECT_MS,
    backlogPointsPerSecond: options.backlogPointsPerSecond ?? DEFAULT_BACKLOG_POINTS_PER_SECOND,
  });
  let isOpen = false;
  const open = (): void => {
    if (isOpen) return;
    queue.open();
    isOpen = true;
    sender.begin();
  };
  return {
    add(points) {
      open();
      const taken = queue.add(points);
      if (taken > 0) sender.wake();
      return taken;
    },
    run(signal) {
      open();
      return sender.run(signal);
    },
    flush(signal, attempts = 1) {
      open();
      return sender.flush(signal, attempts);
    },
    stats: () => stats.read(),
    close: () => queue.close(),
  };
}

function diskSpool(
  { directory, files = systemFiles }: NonNullable<GraphiteOutputOptions['spool']>,
  deps: Omit<DiskSpoolDeps, 'directory' | 'files'>,
): DiskSpool {
  return new DiskSpool({ directory, files, ...deps });
}
