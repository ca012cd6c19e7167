import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { watchFailures } from './answers.ts';
import type { ConnectOptions } from './connect-options.ts';
import { ExportError, toExportError } from './export-error.ts';
import { retryAfterMs } from './retry-after.ts';
import { type Transport, transportOf } from './transport.ts';

/** OTLP as protobuf over HTTP. */
export function connectHttp({ settings, tls, userAgent }: ConnectOptions): Transport {
  const { url, headers, compression, timeoutMs } = settings;
  const { ca, key, cert } = tls;
  const agent =
    url.protocol === 'http:'
      ? new HttpAgent({ keepAlive: true })
      : new HttpsAgent({
          keepAlive: true,
          rejectUnauthorized: settings.tls.verify,
          ...(ca && { ca }),
          ...(cert && { cert }),
          ...(key && { key }),
        });
  const exporter = new OTLPMetricExporter({
    url: url.href,
    headers: { ...headers },
    compression: compression as never,
    timeoutMillis: timeoutMs,
    userAgent,
    httpAgentOptions: () => agent,
  });
  return transportOf(exporter, {
    disconnect() {
      // What the exporter still wants to repeat is not sent any more.
      agent.createConnection = () => {
        throw new Error('the connection to the collector has been given up');
      };
      agent.destroy();
    },
    watch(fail) {
      const startMs = performance.now();
      return watchFailures(agent, ({ error, retryAfter }) => {
        // The exporter ends a request that takes too long, which then fails as one that broke.
        const isLate = performance.now() - startMs >= timeoutMs;
        if (isLate) fail(new ExportError('timeout', 'Request timed out', { cause: error }));
        else fail(toExportError(error, retryAfterMs(retryAfter, Date.now())));
      });
    },
  });
}
