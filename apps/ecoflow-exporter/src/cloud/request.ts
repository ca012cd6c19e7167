import { type Agent as HttpAgent, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Clock, DeadlineExceededError, withDeadline } from '@device-exporters/retry';
import { CloudUnreachableError } from './errors.ts';

/** One request to the cloud. */
export interface CloudRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface CloudResponse {
  readonly status: number;
  readonly text: string;
  /** What the cloud asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** How a request is sent. */
export interface SendOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly agent: HttpAgent;
}

/** The richest quota answer has some 50 kB. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Sends a request; `node:https` with an agent that keeps its connections, TLS verified.
 *
 * @throws {CloudUnreachableError} when there is no answer, or no end to it
 * @throws the signal's reason when that fires
 */
export async function sendRequest(request: CloudRequest, options: SendOptions): Promise<CloudResponse> {
  const { timeoutMs, signal, clock, agent } = options;
  const what = `${request.method} ${request.url.origin}${request.url.pathname}`;
  try {
    return await withDeadline(timeoutMs, (until) => exchange(request, agent, until), { what, signal, clock });
  } catch (cause) {
    signal.throwIfAborted();
    const isLate = cause instanceof DeadlineExceededError;
    throw new CloudUnreachableError(`${what}: ${isLate ? `no answer in ${timeoutMs} ms` : 'no answer'}`, { cause });
  }
}

function exchange({ url, method, headers, body }: CloudRequest, agent: HttpAgent, signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<CloudResponse>();
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const request = open(url, { method, headers: { ...headers, ...length }, agent, signal }, (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MAX_BODY_BYTES) response.destroy(new Error(`an answer of more than ${MAX_BODY_BYTES} bytes`));
    });
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode ?? 0, text, retryAfterMs: waitOf(response.headers['retry-after']) });
    });
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

/** Seconds, or nothing: a date is not worth the clocks that would have to agree on it. */
function waitOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined;
}
