import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, systemClock } from '@device-exporters/retry';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { header, message, valueTable } from '../test/bytes.ts';
import { uuidOf } from '../test/structure-file.ts';
import { Channel, type ChannelEvents } from './channel.ts';

const never = new AbortController().signal;
const DEAF: ChannelEvents = { onTable: () => undefined, onFault: () => undefined };

/** A server on a free port; gone at the end of the block. */
async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function open(port: number, events = DEAF, clock: Clock = systemClock, signal = never): Promise<Channel> {
  return Channel.open({ endpoint: { host: '127.0.0.1', port, isTls: false, tls: {} }, clock, signal, ...events });
}

/** A server that takes upgrades like this. */
function upgrading(take: (socket: Socket) => void): ReturnType<typeof listening> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('upgrade', (_, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  server.on('close', () => sockets.clear());
  return listening(server).then(({ port, ...rest }) => ({
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await rest[Symbol.asyncDispose]();
    },
  }));
}

describe('a channel cannot be opened', () => {
  test.each([
    [503, 'starting_up'],
    [403, 'blocked'],
    [401, 'authentication'],
    [404, 'protocol'],
    [200, 'protocol'],
  ])('where the upgrade is answered with %d: %s', async (status, reason) => {
    await using server = await upgrading((socket) => socket.end(`HTTP/1.1 ${status} So\r\ncontent-length: 0\r\n\r\n`));
    await expect(open(server.port)).rejects.toMatchObject({
      reason,
      message: `cannot connect to ws://127.0.0.1:${server.port}/ws/rfc6455: HTTP status ${status}${
        status === 503 ? ', the Miniserver is starting up' : ''
      }`,
    });
  });

  test('where the connection ends instead', async () => {
    await using server = await upgrading((socket) => socket.destroy());
    await expect(open(server.port)).rejects.toMatchObject({ reason: 'closed' });
  });

  test('where nobody listens', async () => {
    await expect(open(1)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  test('where nothing is answered within ten seconds', async () => {
    const clock = createFakeClock();
    await using server = await upgrading(() => void clock.advance(10_000));
    await expect(open(server.port, DEAF, clock)).rejects.toMatchObject({ reason: 'timeout' });
    expect(clock.pending).toBe(0);
  });

  test('once its signal has fired', async () => {
    const stop = new AbortController();
    await using server = await upgrading(() => stop.abort(new Error('stopping')));
    await expect(open(server.port, DEAF, systemClock, stop.signal)).rejects.toThrow('stopping');
  });
});

/** A WebSocket server whose first client is talked to like this. */
async function talking(talk: (socket: WebSocket) => void): ReturnType<typeof listening> {
  const http = createServer();
  new WebSocketServer({ server: http }).on('connection', talk);
  return listening(http);
}

describe('an open channel', () => {
  test('ends when what is done with an event fails, and says so', async () => {
    const table = message(2, valueTable([[uuidOf(1), 1]]));
    await using server = await talking((socket) => {
      for (const frame of table) socket.send(frame);
    });
    const failing = (): never => {
      throw new Error('no room');
    };
    const channel = await open(server.port, { ...DEAF, onTable: failing });
    await expect(channel.ended).rejects.toMatchObject({ reason: 'other', cause: new Error('no room') });
    await channel.close();
  });

  test('refuses commands once it is closed, and may be closed again', async () => {
    await using server = await talking(() => undefined);
    const channel = await open(server.port);
    await channel.close();
    await channel.close();
    await expect(channel.text('jdev/sys/getkey')).rejects.toMatchObject({ reason: 'closed' });
  });

  test('has one command answered after the other', async () => {
    const order: string[] = [];
    await using server = await talking((socket) => {
      socket.on('message', (data) => {
        order.push(`asked ${String(data)}`);
        // Later: whatever was sent meanwhile has come.
        setTimeout(() => {
          order.push(`answered ${String(data)}`);
          socket.send(header(0, 2));
          socket.send('ok');
        }, 20);
      });
    });
    const channel = await open(server.port);
    expect(await Promise.all([channel.text('one'), channel.text('two')])).toEqual(['ok', 'ok']);
    expect(order).toEqual(['asked one', 'answered one', 'asked two', 'answered two']);
    await channel.close();
  });

  test('without an answer within ten seconds is given up, naming the command but not what it holds', async () => {
    const clock = createFakeClock();
    await using server = await talking((socket) => socket.on('message', () => void clock.advance(10_000)));
    const channel = await open(server.port, DEAF, clock);
    await expect(channel.text('jdev/sys/getjwt/s3cr3t/user')).rejects.toMatchObject({
      reason: 'timeout',
      message: 'no answer to jdev/sys/getjwt within 10000 ms',
    });
    await expect(channel.ended).rejects.toMatchObject({ reason: 'timeout' });
  });
});
