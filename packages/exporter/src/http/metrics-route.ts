import {
  acceptsGzip,
  type Exposition,
  type ExpositionFormat,
  negotiateFormat,
  type SeriesRegistry,
} from '@device-exporters/metrics';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProgramMetrics } from '../life/program-metrics.ts';
import type { Log } from '../log/log.ts';

/** The handler of the metrics path. */
export type MetricsHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** What the metrics path serves. */
export interface MetricsRoute {
  readonly registry: SeriesRegistry;
  readonly metrics: ProgramMetrics;
  readonly log: Log;
  /** Awaited first; the signal fires when the client has gone. */
  beforeScrape(signal: AbortSignal): Promise<void> | undefined;
}

/** Serves a registry: format and compression as the client likes them, `?name[]=` for a choice of families. */
export function metricsHandler({ registry, metrics, log, beforeScrape }: MetricsRoute): MetricsHandler {
  const { scrapeDurationSeconds: duration, scrapeErrors: errors } = metrics;
  let latest: Exposition | undefined;

  async function timedExposition(
    format: ExpositionFormat,
    names: ReadonlySet<string> | undefined,
  ): Promise<Exposition> {
    const startMs = performance.now();
    const exposition = await registry.exposition(format, names);
    if (exposition === latest) return exposition;
    const seconds = (performance.now() - startMs) / 1000;
    if (duration.value === undefined) {
      // The very first exposition is made twice, so that it has this figure too.
      duration.set(seconds);
      exposition.release();
      return timedExposition(format, names);
    }
    latest = exposition;
    // Unnoticed: a changed duration alone must not make the next exposition a new one.
    duration.setUnnoticed(seconds);
    return exposition;
  }

  return async (request, reply) => {
    try {
      await beforeScrape(request.signal);
      const exposition = await timedExposition(negotiateFormat(request.headers.accept), selectedNames(request));
      reply.raw.once('close', () => exposition.release());
      const isCompressed = acceptsGzip(request.headers['accept-encoding']);
      reply.header('content-type', exposition.contentType).header('vary', 'Accept, Accept-Encoding');
      if (isCompressed) reply.header('content-encoding', 'gzip');
      return reply.send(isCompressed ? await exposition.gzip() : exposition.body);
    } catch (err) {
      errors.add();
      log.error({ err }, 'scrape failed');
      return reply
        .code(500)
        .type('text/plain; charset=utf-8')
        .send('the exposition could not be produced; see the log\n');
    }
  };
}

function selectedNames(request: FastifyRequest): ReadonlySet<string> | undefined {
  const names = (request.query as Record<string, string | string[] | undefined>)['name[]'];
  return names === undefined ? undefined : new Set([names].flat());
}
