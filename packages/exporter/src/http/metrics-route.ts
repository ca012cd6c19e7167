import { acceptsGzip, negotiateFormat, type SeriesRegistry } from '@device-exporters/metrics';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log/log.ts';

/** The handler of the metrics path. */
export type MetricsHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * Serves a registry: format and compression as the client likes them, `?name[]=` for a choice of families.
 *
 * @param prefix of the two metrics about scrapes themselves
 */
export function metricsHandler(registry: SeriesRegistry, prefix: string, log: Log): MetricsHandler {
  const duration = registry
    .gauge({
      name: `${prefix}_scrape_duration_seconds`,
      help: 'Time it took to produce the latest new exposition, in seconds.',
    })
    .series();
  const errors = registry
    .counter({ name: `${prefix}_scrape_errors_total`, help: 'Scrapes that failed inside the exporter.' })
    .series();
  let latestBody: Buffer | undefined;

  return async (request, reply) => {
    const startMs = performance.now();
    try {
      const exposition = await registry.exposition(negotiateFormat(request.headers.accept), selectedNames(request));
      const isCompressed = acceptsGzip(request.headers['accept-encoding']);
      const body = isCompressed ? await exposition.gzip() : exposition.body;
      reply.header('content-type', exposition.contentType).header('vary', 'Accept, Accept-Encoding');
      if (isCompressed) reply.header('content-encoding', 'gzip');
      if (body !== latestBody) {
        latestBody = body;
        // Unnoticed: a changed duration alone must not make the next exposition a new one.
        duration.setUnnoticed((performance.now() - startMs) / 1000);
      }
      return reply.send(body);
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
