import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { CERTIFICATE } from './certificate.ts';

/** A request as a device sees it. */
export interface SeenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Number of the connection, from 1. */
  readonly connection: number;
}

/** What a device answers: nothing at all, or a status with a body. */
export interface Answer {
  readonly status?: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  /** Instead of all that. */
  readonly fault?: 'hang' | 'drop' | 'half';
}

export interface HttpDevice {
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A web server on loopback that ends with the test. */
export async function httpDevice(
  handle: (request: SeenRequest) => Answer | Promise<Answer>,
  options: { isHttps?: boolean; port?: number } = {},
): Promise<HttpDevice> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  const listener: RequestListener = (request, response) => {
    void readAll(request).then(async (body) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://device');
      const { rawHeaders, headers } = request;
      const connection = numbers.get(request.socket) ?? 0;
      const seen = { path: pathname, query: searchParams, rawHeaders, headers, body, connection };
      requests.push(seen);
      reply(response, await handle(seen));
    });
  };
  const server = options.isHttps ? createTlsServer(CERTIFICATE, listener) : createServer(listener);
  let count = 0;
  server.on(options.isHttps ? 'secureConnection' : 'connection', (socket: Socket) => {
    count += 1;
    numbers.set(socket, count);
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, requests, close };
}

function reply(response: ServerResponse, { status = 200, body = '', headers, fault }: Answer): void {
  if (fault === 'hang') return;
  if (fault === 'half') {
    response.writeHead(200, { 'Content-Length': '2000' }).write('half', () => response.destroy());
    return;
  }
  if (fault === 'drop') response.destroy();
  else response.writeHead(status, headers).end(body);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A port on loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
