import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { type Clock, systemClock } from '@device-exporters/retry';
import { ProtocolError } from '../device-error.ts';
import { inTime } from '../exchange/in-time.ts';
import { faultOf, isBrokenOff } from '../exchange/socket-fault.ts';
import { addressOf, DEFAULT_TIMEOUT_MS } from '../exchange/transport-options.ts';

/** The longest answer that is read. Real ones have a few KiB; a batch of five methods of a strip, some ten. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** What a device whose web server is restarting a connection needs. */
const RETRY_DELAY_MS = 250;

/** A POST: devices know nothing else. */
export interface HttpRequest {
  /** What it is for, for messages: the path can hold a secret. */
  readonly what: string;
  readonly path: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: Buffer;
  /** The Set-Cookie headers. */
  readonly cookies: readonly string[];
}

export interface HttpClientOptions {
  readonly host: string;
  readonly port: number;
  readonly isHttps?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Talks to one device, over one connection that is kept open as long as the device likes. */
export interface HttpClient {
  /** `http://host:port`, for messages. */
  readonly origin: string;

  /**
   * Sends a request and reads the answer, whatever its status; follows no redirect. Sends it once more when the
   * connection breaks off, as devices close idle connections at any moment.
   *
   * @throws {DeviceError}
   * @throws the signal's reason when that fires
   */
  post(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;

  /** Closes the connection. The next request opens another. */
  close(): void;
}

/**
 * Makes an {@link HttpClient}.
 *
 * It is `node:http` for the case of its headers: some devices look for `Content-Length` just so and take a request of
 * `fetch`, which writes `content-length`, for one without a body. For their sake also, no body is ever chunked.
 *
 * Over TLS nobody checks the certificate: devices sign their own, and no authority that this side knows vouches for
 * any. That a device is the right one shows in the login above, which proves that it knows the account.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { host, port, isHttps = false, timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock } = options;
  const origin = `${isHttps ? 'https' : 'http'}://${addressOf(host, port)}`;
  const agent = isHttps
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const open = isHttps ? requestHttps : requestHttp;

  function send({ path, body, headers }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    const length = String(typeof body === 'string' ? Buffer.byteLength(body) : body.length);
    const request = open({
      agent,
      host,
      port,
      path,
      method: 'POST',
      signal,
      headers: { ...headers, 'Content-Length': length },
    });
    request.on('response', (response) => {
      readResponse(response).then(resolve, reject);
    });
    request.on('error', reject);
    request.end(body);
    return promise;
  }

  async function sendAgainIfBroken(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await send(request, signal);
    } catch (error) {
      if (signal.aborted || !isBrokenOff(error)) throw error;
    }
    await clock.sleep(RETRY_DELAY_MS, signal);
    return send(request, signal);
  }

  return {
    origin,
    async post(request, signal) {
      const what = `${request.what} with ${origin}`;
      try {
        return await inTime(timeoutMs, (inner) => sendAgainIfBroken(request, inner), { what, signal, clock });
      } catch (error) {
        throw signal.aborted ? error : faultOf(error, what);
      }
    },
    close: () => agent.destroy(),
  };
}

async function readResponse(response: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let length = Number(response.headers['content-length'] ?? 0);
  const refuseIfLong = (): void => {
    if (length <= MAX_BODY_BYTES) return;
    response.destroy();
    throw new ProtocolError(`body of an answer: expected at most ${MAX_BODY_BYTES} bytes, found ${length} or more`);
  };
  refuseIfLong();
  length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    refuseIfLong();
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks),
    cookies: response.headers['set-cookie'] ?? [],
  };
}
