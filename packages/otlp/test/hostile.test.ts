import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { OtlpSettings } from '../src/index.ts';
import { gauges, outputTo, RECEIVE, soon } from './support.ts';

const open: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

/** Something that listens, and does this with who connects. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port };
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n';

describe.each(['grpc', 'http'] as const)('over %s', (protocol) => {
  /** What one attempt comes to. */
  async function attempt(port: number, more: OtlpSettings = {}) {
    const settings = { protocol, timeoutSeconds: 0.3, ...more };
    using output = outputTo({ port }, { registry: gauges(10), settings });
    const stop = new AbortController();
    stop.abort();
    const startedMs = performance.now();
    await output.run(stop.signal);
    expect(performance.now() - startedMs).toBeLessThan(4000);
    return output.stats();
  }

  test('one that accepts and never says a word costs a time-out', async () => {
    const { port } = await listen(() => undefined);
    expect(await attempt(port)).toMatchObject({ isUp: false, errors: { timeout: 1 } });
  });

  test('one that hangs up at once is unavailable', async () => {
    const { port } = await listen((socket) => socket.destroy());
    const { isUp, errors } = await attempt(port);
    expect(isUp).toBe(false);
    expect(Object.keys(errors)).toEqual([
      protocol === 'grpc' ? expect.stringMatching(/unavailable|timeout/) : 'unavailable',
    ]);
  });

  test('one that talks nonsense is survived', async () => {
    const { port } = await listen((socket) => socket.end('220 mail.example ESMTP\r\n\0\xff\xfe'));
    const { isUp, pointsExported } = await attempt(port);
    expect([isUp, pointsExported]).toEqual([false, 0]);
  });

  test('one that speaks TLS where none is expected, or none where it is, is no collector', async () => {
    const { port } = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await attempt(port, { endpoint: `https://127.0.0.1:${port}` })).toMatchObject({ isUp: false });
  });

  test('a name that does not resolve is unavailable, until it does', async () => {
    // A label that no resolver asks anybody about.
    const endpoint = `http://${'x'.repeat(64)}.test:4317`;
    const { isUp, errors } = await attempt(0, { endpoint, timeoutSeconds: 2 });
    expect([isUp, errors]).toEqual([false, { unavailable: 1 }]);
  });

  test('one that is not there holds up no stop', async () => {
    const receiver = await RECEIVE[protocol]();
    await receiver.stop();
    const { errors } = await attempt(receiver.port, { timeoutSeconds: 60 });
    expect(errors).toEqual({ unavailable: 1 });
  });

  test('one that has been away, and was given up, gets what there is when it is back', async () => {
    await using receiver = await RECEIVE[protocol]();
    using output = outputTo(receiver, { registry: gauges(10), settings: { protocol, timeoutSeconds: 0.2 } });
    expect(await output.flush(soon())).toBe(true);
    await receiver.stop();
    expect(await output.flush(AbortSignal.timeout(300))).toBe(false);
    await using again = await RECEIVE[protocol]({ port: receiver.port });
    expect(await output.flush(soon())).toBe(true);
    expect(again.requests).toHaveLength(1);
  });
});

test('over http, what has been given up is not sent behind our back', async () => {
  await using receiver = await RECEIVE.http();
  receiver.behaviour.refuseWith = 503;
  using output = outputTo(receiver, { registry: gauges(10), settings: { protocol: 'http' } });
  const stop = new AbortController();
  stop.abort();
  await output.run(stop.signal);
  receiver.behaviour.refuseWith = undefined;
  // The exporter itself would repeat it after a second.
  await setTimeout(1500);
  expect(receiver.requests).toEqual([]);
  expect(output.stats().errors).toEqual({ unavailable: 1 });
});

test('over http, an answer that is no answer of a collector is taken for one', async () => {
  const { port } = await listen((socket) => {
    socket.once('data', () => socket.end(`${ANSWER}content-length: 7\r\n\r\nnothing`));
  });
  using output = outputTo({ port }, { registry: gauges(10), settings: { protocol: 'http' } });
  expect(await output.flush(soon())).toBe(true);
  expect(output.stats().pointsRejected).toBe(0);
});

test('over http, an answer that never ends is cut off with the export', async () => {
  const { port } = await listen((socket) => {
    socket.write(`${ANSWER}\r\n`);
    const timer = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const environment = { OTEL_METRIC_EXPORT_TIMEOUT: '500' };
  const settings = { protocol: 'http', timeoutSeconds: 0.2 } as const;
  using output = outputTo({ port }, { registry: gauges(10), settings, environment });
  expect(await output.flush(soon())).toBe(false);
  expect(output.stats().errors).toEqual({ timeout: 1 });
});
