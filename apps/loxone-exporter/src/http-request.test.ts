import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@device-exporters/retry';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { askOverHttp } from './http-request.ts';

const never = new AbortController().signal;

/** An HTTP server that answers like this, as an endpoint; gone at the end of the block. */
async function serve(listener: RequestListener): Promise<Endpoint & AsyncDisposable> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    isTls: false,
    tls: {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function envelope(code: number, value: unknown = 'yes'): string {
  return JSON.stringify({ LL: { control: 'dev/cfg/apiKey', value, Code: `${code}` } });
}

describe('a command over HTTP', () => {
  test('is answered with an envelope', async () => {
    const asked: (string | undefined)[] = [];
    await using endpoint = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(envelope(200));
    });
    expect(await askOverHttp(endpoint, 'jdev/cfg/apiKey', never, systemClock)).toMatchObject({
      code: 200,
      value: 'yes',
    });
    expect(asked).toEqual(['GET /jdev/cfg/apiKey']);
  });

  const ANSWERS: readonly (readonly [string, string, RequestListener])[] = [
    ['starting_up', 'a status of 503', (_, response) => response.writeHead(503).end()],
    ['blocked', 'a status of 403', (_, response) => response.writeHead(403).end()],
    ['authentication', 'a status of 401', (_, response) => response.writeHead(401).end()],
    ['protocol', 'a status of 404', (_, response) => response.writeHead(404).end('not here')],
    ['protocol', 'a redirection', (_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end()],
    ['starting_up', 'a code of 503', (_, response) => response.end(envelope(503))],
    ['protocol', 'a code of 500', (_, response) => response.end(envelope(500))],
    ['protocol', 'a page for people', (_, response) => response.end('<html>Router</html>')],
    ['protocol', 'nothing', (_, response) => response.end()],
    ['protocol', 'more than any answer is long', (_, response) => response.end(envelope(200, 'x'.repeat(300_000)))],
    ['protocol', 'more and more without end', (_, response) => flood(() => response.write('x'.repeat(65_536)))],
    ['closed', 'the end of the connection', (request) => request.socket.destroy()],
    ['protocol', 'no HTTP', (request) => request.socket.end('220 smtp ready\r\n')],
  ];
  test.each(ANSWERS)('fails as %s where the answer is %s', async (reason, _, listener) => {
    await using endpoint = await serve(listener);
    await expect(askOverHttp(endpoint, 'jdev/cfg/apiKey', never, systemClock)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(`http://127.0.0.1:${endpoint.port}/jdev/cfg/apiKey`),
    });
  });

  test('fails as unreachable where nobody listens', async () => {
    const { port } = await serve(() => undefined).then(async (endpoint) => {
      await endpoint[Symbol.asyncDispose]();
      return endpoint;
    });
    const endpoint = { host: '127.0.0.1', port, isTls: false, tls: {} };
    await expect(askOverHttp(endpoint, 'x', never, systemClock)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  test('does not wait longer than ten seconds', async () => {
    const clock = createFakeClock();
    const asked = new EventEmitter();
    await using endpoint = await serve(() => asked.emit('asked'));
    const answer = askOverHttp(endpoint, 'x', never, clock);
    const failure = expect(answer).rejects.toMatchObject({ reason: 'timeout' });
    await once(asked, 'asked');
    await clock.advance(10_000);
    await failure;
    expect(clock.pending).toBe(0);
  });

  test('ends with its signal', async () => {
    const stop = new AbortController();
    await using endpoint = await serve(() => stop.abort(new Error('stopping')));
    await expect(askOverHttp(endpoint, 'x', stop.signal, systemClock)).rejects.toThrow('stopping');
  });
});

/** Writes for as long as somebody takes it, and a little more. */
function flood(write: () => boolean): void {
  for (let turn = 0; turn < 20; turn++) write();
}
