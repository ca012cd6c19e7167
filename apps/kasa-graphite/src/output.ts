import type { Log } from '@device-exporters/exporter';
import { createGraphiteOutput, type GraphiteMetrics, type GraphiteOutput } from '@device-exporters/graphite';
import type { Clock } from '@device-exporters/retry';
import type { Config } from './config.ts';

/** What an output is opened with, besides its settings. */
export interface OutputDeps {
  readonly metrics?: GraphiteMetrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** The way to Carbon that a configuration describes. */
export function openOutput(config: Config['graphite'], deps: OutputDeps): GraphiteOutput {
  const { host, port, protocol, timeout_seconds, spool } = config;
  return createGraphiteOutput({
    host,
    port,
    protocol: protocol === 'pickle' ? 'pickle' : 'plaintext',
    timeoutMs: timeout_seconds * 1000,
    maxPoints: spool.max_points,
    spool: spool.directory === null ? undefined : { directory: spool.directory },
    ...deps,
  });
}

/** How long a process that ends waits for Carbon. */
const LAST_FLUSH_MS = 5_000;

/** Sends what is queued, then lets go. What Carbon has not got by then stays in the spool, or is lost and said to be. */
export async function closeOutput(output: GraphiteOutput, { spool }: Config['graphite'], log: Log): Promise<void> {
  const isDone = await output.flush(AbortSignal.timeout(LAST_FLUSH_MS), 2);
  await output.close();
  const { pointsQueued } = output.stats();
  if (isDone || pointsQueued === 0) return;
  if (spool.directory === null)
    log.warn({ points: pointsQueued }, 'points are lost: Carbon did not take them, and there is no spool');
  else log.info({ points: pointsQueued }, 'points stay in the spool');
}
