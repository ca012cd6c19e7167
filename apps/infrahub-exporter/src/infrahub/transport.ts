import { readFileSync } from 'node:fs';
import type { Dispatcher } from 'undici';
import type { Config } from '../config.ts';
import type { HttpAnswer } from './answer.ts';
import { InfrahubError } from './errors.ts';

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** The way to a server: connections that are kept, TLS, a proxy. */
export interface Transport {
  /** @throws {InfrahubError} `connection`, or `protocol` for an answer that is too long; the signal's reason */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes idle connections. */
  close(): Promise<void>;
}

/** No page is longer; what is, would only fill the memory. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** How long a connection is kept that nobody uses. */
const KEPT_OPEN_MS = 1_000;

/** The way to Infrahub as the configuration wants it. Certificates are read anew whenever connections are. */
export function createTransport({ proxy, tls, max_concurrency }: Config['infrahub']): Transport {
  let dispatcher: Promise<Dispatcher> | undefined;

  /** undici is loaded when first used: it costs more than the rest of the start. */
  async function open(): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await import('undici');
    const connect = {
      rejectUnauthorized: tls.verify,
      ...(tls.ca_file !== null && { ca: readPem(tls.ca_file) }),
      ...(tls.cert_file !== null && { cert: readPem(tls.cert_file) }),
      ...(tls.key_file !== null && { key: readPem(tls.key_file) }),
    };
    // Between rounds connections are let go: servers close idle ones after two seconds, without a word, and whoever asks
    // at that moment is cut off. The pages of a round follow one another faster.
    const pool = { connections: max_concurrency, keepAliveTimeout: KEPT_OPEN_MS };
    if (proxy === null) return new Agent({ ...pool, connect });
    return new ProxyAgent({ ...pool, uri: proxy, requestTls: connect });
  }

  async function dispatcherOf(): Promise<Dispatcher> {
    dispatcher ??= open();
    try {
      return await dispatcher;
    } catch (error) {
      dispatcher = undefined;
      throw error;
    }
  }

  return {
    async send({ method, url, headers, body }, signal) {
      const { request } = await import('undici');
      try {
        const answer = await request(url, {
          dispatcher: await dispatcherOf(),
          method,
          headers,
          body: body ?? null,
          signal,
          // Time is limited by the signal.
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        return {
          status: answer.statusCode,
          header: (name) => [answer.headers[name] ?? []].flat()[0],
          body: await readBody(answer.body),
        };
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof InfrahubError) throw cause;
        throw new InfrahubError('connection', `cannot reach ${url.origin}`, { cause });
      }
    },
    async close() {
      const opened = await dispatcher?.catch(() => undefined);
      dispatcher = undefined;
      await opened?.destroy();
    },
  };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new InfrahubError('protocol', `an answer is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new InfrahubError('connection', `cannot read ${path}`, { cause });
  }
}
