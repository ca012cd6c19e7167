import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';

/** Channels of Node.js that tell of every request of the process. Source: Node.js documentation, diagnostics_channel, HTTP. */
const ANSWERED = 'http.client.response.finish';
const FAILED = 'http.client.request.error';

/** Statuses that the exporter of the SDK would repeat a request for. */
const REPEATED = new Set([429, 502, 503, 504]);

/** What became of a request, before the exporter repeats it by itself. */
export interface Outcome {
  readonly error: Error & { readonly code?: number | string };
  readonly retryAfter: string | undefined;
}

interface Told {
  readonly request: ClientRequest & { readonly agent?: unknown };
  readonly response?: IncomingMessage;
  readonly error?: Error;
}

/**
 * Tells of each request of an agent that failed, or was answered by a status that asks for a repetition. The exporter
 * keeps these to itself and repeats on its own: neither counted nor ended by a stop, and without a word of `Retry-After`.
 *
 * @returns ends it
 */
export function watchFailures(agent: HttpAgent, tell: (outcome: Outcome) => void): () => void {
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as Told;
    const { statusCode = 0, statusMessage = '', headers } = response ?? {};
    if (request.agent !== agent || !REPEATED.has(statusCode)) return;
    const error = Object.assign(new Error(statusMessage || `status ${statusCode}`), { code: statusCode });
    tell({ error, retryAfter: headers?.['retry-after'] });
  };
  const onError = (message: unknown): void => {
    const { request, error } = message as Told;
    if (request.agent === agent && error !== undefined) tell({ error, retryAfter: undefined });
  };
  subscribe(ANSWERED, onAnswer);
  subscribe(FAILED, onError);
  return () => {
    unsubscribe(ANSWERED, onAnswer);
    unsubscribe(FAILED, onError);
  };
}
