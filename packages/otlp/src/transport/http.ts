import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ConnectOptions } from './connect.ts';
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
  const answers = watchAnswers(agent);
  return transportOf(exporter, {
    disconnect() {
      answers.end();
      agent.destroy();
    },
    retryAfterMs: () => answers.takeRetryAfterMs(),
  });
}

/** Of every request of the process whose answer has begun: `{ request, response }`. Source: Node.js, diagnostics_channel. */
const ANSWERED = 'http.client.response.finish';

/** Reads the header `Retry-After` of failures, which the exporter keeps to itself. */
function watchAnswers(agent: HttpAgent) {
  let latestMs: number | undefined;
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as Answered;
    if (request.agent !== agent) return;
    latestMs = retryAfterMs(response.headers['retry-after'], Date.now());
  };
  subscribe(ANSWERED, onAnswer);
  return {
    end: () => unsubscribe(ANSWERED, onAnswer),
    takeRetryAfterMs() {
      const ms = latestMs;
      latestMs = undefined;
      return ms;
    },
  };
}

interface Answered {
  readonly request: ClientRequest & { readonly agent?: unknown };
  readonly response: IncomingMessage;
}
