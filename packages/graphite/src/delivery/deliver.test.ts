import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { systemClock } from '@device-exporters/retry';
import { afterEach, describe, expect, test } from 'vitest';
import { deliver } from './deliver.ts';

const signal = AbortSignal.timeout(10_000);
const LINE = Buffer.from('a 1 1\n');

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The port of a peer that does as it is told. */
async function peer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const deliverTo = (port: number, writes = [LINE], timeoutMs = 300) =>
  deliver(writes, { host: '127.0.0.1', port, timeoutMs, clock: systemClock, signal });

describe('a delivery succeeds', () => {
  test('when the peer closes after it has read to the end', async () => {
    let text = '';
    const port = await peer((socket) => {
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('end', () => socket.end());
    });
    await deliverTo(port, [LINE, LINE]);
    expect(text).toBe('a 1 1\na 1 1\n');
  });

  test('however slowly the peer reads, as long as it does', async () => {
    let bytes = 0;
    const port = await peer((socket) => {
      const read = setInterval(() => {
        socket.resume();
        socket.once('data', (chunk) => {
          bytes += chunk.length;
          socket.pause();
        });
      }, 5);
      socket.pause();
      socket.on('end', () => socket.end());
      socket.on('close', () => clearInterval(read));
    });
    const writes = Array.from({ length: 300 }, () => Buffer.alloc(65_536, LINE));
    const startedMs = performance.now();
    await deliverTo(port, writes, 1200);
    expect(bytes).toBe(300 * 65_536);
    expect(performance.now() - startedMs).toBeGreaterThan(1200);
  });
});

describe('a delivery fails', () => {
  test.each([
    ['the peer closes a little later, though all was read', 'closed_early', 5],
    ['the peer closes at once', /closed_early|reset/, 0],
  ])('when %s', async (_, reason, afterMs) => {
    const port = await peer((socket) => {
      socket.resume();
      setTimeout(() => socket.destroy(), afterMs);
    });
    await expect(deliverTo(port)).rejects.toMatchObject({ reason: expect.stringMatching(reason) });
  });

  test('when the peer never drains, for more than the kernel takes', async () => {
    const port = await peer((socket) => socket.pause());
    const writes = Array.from({ length: 300 }, () => Buffer.alloc(65_536, LINE));
    await expect(deliverTo(port, writes)).rejects.toMatchObject({ reason: 'timeout', message: /while writing$/ });
  });

  test('when the peer never closes', async () => {
    const port = await peer((socket) => socket.resume());
    await expect(deliverTo(port)).rejects.toMatchObject({ reason: 'timeout', message: /while waiting for its FIN$/ });
  });

  test('when nobody listens, or nobody is called that', async () => {
    const port = await peer(() => undefined);
    for (const stop of stops.splice(0)) stop();
    await expect(deliverTo(port)).rejects.toMatchObject({ reason: 'refused' });
    const options = { host: 'nobody.invalid', port, timeoutMs: 5000, clock: systemClock, signal };
    await expect(deliver([LINE], options)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  test('when its signal fires, with the reason of that', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const port = await peer(() => controller.abort(reason));
    const options = { host: '127.0.0.1', port, timeoutMs: 5000, clock: systemClock, signal: controller.signal };
    await expect(deliver([LINE], options)).rejects.toBe(reason);
    await expect(deliver([LINE], options)).rejects.toBe(reason);
  });
});
