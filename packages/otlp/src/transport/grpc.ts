import { credentials, Metadata } from '@grpc/grpc-js';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import type { ConnectOptions } from './connect-options.ts';
import { retryInfoMs } from './retry-after.ts';
import { type Transport, transportOf } from './transport.ts';

/** OTLP over gRPC. */
export function connectGrpc({ settings, tls, userAgent }: ConnectOptions): Transport {
  const { url, headers, compression, timeoutMs } = settings;
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const { ca = null, key = null, cert = null } = tls;
  const exporter = new OTLPMetricExporter({
    url: url.href,
    metadata,
    credentials:
      url.protocol === 'http:'
        ? credentials.createInsecure()
        : credentials.createSsl(ca, key, cert, { rejectUnauthorized: settings.tls.verify }),
    compression: compression as never,
    timeoutMillis: timeoutMs,
    userAgent,
  });
  return transportOf(exporter, { retryAfterMs: retryInfoOf });
}

/** Where a status has details: a serialized `google.rpc.Status`. */
const DETAILS = 'grpc-status-details-bin';

function retryInfoOf(error: (Error & { readonly metadata?: unknown }) | undefined): number | undefined {
  const details = error?.metadata instanceof Metadata ? error.metadata.get(DETAILS)[0] : undefined;
  return details instanceof Uint8Array ? retryInfoMs(details) : undefined;
}
