import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test, vi } from 'vitest';
import { closedPort } from '../../test/devices/http-device.ts';
import { type XorHandler, xorDevice, xorFrame } from '../../test/devices/xor-device.ts';
import { DeviceRefusedError, DeviceTimeoutError, ProtocolError } from '../device-error.ts';
import { createXorTransport } from './xor-transport.ts';

const { signal } = new AbortController();

async function setup(handle: XorHandler) {
  const device = await xorDevice(handle);
  const clock = createFakeClock();
  return { device, clock, transport: createXorTransport({ host: '127.0.0.1', port: device.port, clock }) };
}

const echo: XorHandler = (request, socket) => socket.write(xorFrame(`answer to ${request}`));

describe('a legacy device', () => {
  test('answers in the order of asking, over one connection', async () => {
    const { device, clock, transport } = await setup(echo);
    const answers = ['a', 'b', 'Küche'].map((request) => transport.exchange(request, signal));
    expect(await Promise.all(answers)).toEqual(['answer to a', 'answer to b', 'answer to Küche']);
    expect(device.connections).toBe(1);
    expect(clock.pending).toBe(0);
    expect(transport.protocol).toBe('xor');
  });

  test('may answer byte by byte', async () => {
    const { transport } = await setup((request, socket) => {
      for (const byte of xorFrame(request)) socket.write(Buffer.of(byte));
    });
    expect(await transport.exchange('{"a":1}', signal)).toBe('{"a":1}');
  });

  test('may close the connection after each answer', async () => {
    const { device, transport } = await setup((request, socket) => socket.end(xorFrame(request)));
    expect(await transport.exchange('1', signal)).toBe('1');
    expect(await transport.exchange('2', signal)).toBe('2');
    expect(device.connections).toBe(2);
  });

  test('may have restarted in between', async () => {
    const { transport } = await setup((request, socket, connection) => {
      if (request === '2' && connection === 1) socket.resetAndDestroy();
      else socket.write(xorFrame(`${request} on ${connection}`));
    });
    expect(await transport.exchange('1', signal)).toBe('1 on 1');
    expect(await transport.exchange('2', signal)).toBe('2 on 2');
  });

  test('that says more than it was asked is not listened to', async () => {
    const { device, transport } = await setup((request, socket) =>
      socket.write(Buffer.concat([xorFrame(request), xorFrame('more')])),
    );
    expect(await transport.exchange('1', signal)).toBe('1');
    expect(await transport.exchange('2', signal)).toBe('2');
    expect(device.connections).toBe(2);
  });

  test('that says something unasked later is not listened to either', async () => {
    const sockets: { write(bytes: Buffer): unknown; destroyed: boolean }[] = [];
    const { transport } = await setup((request, socket) => {
      sockets.push(socket);
      socket.write(xorFrame(request));
    });
    await transport.exchange('1', signal);
    sockets[0]?.write(xorFrame('late'));
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
    expect(await transport.exchange('2', signal)).toBe('2');
  });
});

describe('an exchange fails', () => {
  test('when nobody is there', async () => {
    const transport = createXorTransport({ host: '127.0.0.1', port: await closedPort() });
    await expect(transport.exchange('{}', signal)).rejects.toThrow(DeviceRefusedError);
    await expect(transport.exchange('{}', signal)).rejects.toThrow(/asking 127\.0\.0\.1:\d+ over XOR: ECONNREFUSED/);
  });

  test('when the device closes a new connection', async () => {
    const { device, transport } = await setup((_, socket) => socket.end());
    await expect(transport.exchange('{}', signal)).rejects.toThrow(DeviceRefusedError);
    expect(device.connections).toBe(1);
  });

  test('when an answer breaks off half-way', async () => {
    const { device, transport } = await setup((request, socket) =>
      request === 'good' ? socket.write(xorFrame('')) : socket.end(xorFrame('answer').subarray(0, 6)),
    );
    expect(await transport.exchange('good', signal)).toBe('');
    await expect(transport.exchange('bad', signal)).rejects.toThrow(DeviceRefusedError);
    expect(device.connections).toBe(1);
  });

  test('when the answer is no frame', async () => {
    const { transport } = await setup((_, socket) => socket.write('SSH-2.0-OpenSSH_9.2'));
    await expect(transport.exchange('{}', signal)).rejects.toThrow(ProtocolError);
  });

  test('when there is a web server', async () => {
    const { transport } = await setup((_, socket) => socket.write('HTTP/1.1 400 Bad Request'));
    await expect(transport.exchange('{}', signal)).rejects.toThrow(DeviceRefusedError);
  });

  test('after five seconds of silence', async () => {
    const asked = vi.fn();
    const { clock, transport } = await setup(asked);
    const failure = transport.exchange('{}', signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await clock.advance(5_000);
    expect(await failure).toBeInstanceOf(DeviceTimeoutError);
  });

  test('when the signal fires, waiting ones included', async () => {
    const { clock, transport } = await setup(() => undefined);
    const controller = new AbortController();
    const failures = ['1', '2'].map((request) =>
      transport.exchange(request, controller.signal).catch((error: unknown) => error),
    );
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await Promise.all(failures)).toEqual([reason, reason]);
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  test('when the signal has fired before', async () => {
    const { device, transport } = await setup(echo);
    const reason = new Error('enough');
    await expect(transport.exchange('1', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(device.connections).toBe(0);
  });

  test('when the transport is closed, which then begins anew', async () => {
    const { transport, device } = await setup((request, socket) => {
      if (request !== 'silence') echo(request, socket, 0);
    });
    const failure = transport.exchange('silence', signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.connections).toBe(1));
    transport.close();
    expect(await failure).toEqual(new DeviceRefusedError('the connection was closed'));
    expect(await transport.exchange('1', signal)).toBe('answer to 1');
    transport.close();
  });
});
