import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ConnectOptions } from './connect.ts';
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
  return transportOf(exporter, () => agent.destroy());
}
