import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test, vi } from 'vitest';
import { type Answer, closedPort, httpDevice } from '../../test/devices/http-device.ts';
import { DeviceRefusedError, DeviceTimeoutError, ProtocolError } from '../device-error.ts';
import { createHttpClient, MAX_BODY_BYTES } from './http-client.ts';

const REQUEST = { what: 'a test', path: '/app?token=secret', body: 'päss' };
const { signal } = new AbortController();

async function setup(handle: () => Answer | Promise<Answer>, options: { isHttps?: boolean } = {}) {
  const device = await httpDevice(handle, options);
  const clock = createFakeClock();
  const client = createHttpClient({ host: '127.0.0.1', port: device.port, clock, ...options });
  return { device, clock, client };
}

describe('a request', () => {
  test('writes Content-Length just so, and is not chunked', async () => {
    const { device, client } = await setup(() => ({ body: 'good' }));
    const answer = await client.post({ ...REQUEST, headers: { requestByApp: 'true' } }, signal);
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('good') });
    const [seen] = device.requests;
    expect(seen?.rawHeaders).toEqual(expect.arrayContaining(['Content-Length', '5', 'requestByApp', 'true']));
    expect(seen?.rawHeaders.join().toLowerCase()).not.toContain('transfer-encoding');
    expect(seen?.body.toString()).toBe('päss');
  });

  test('has a length of 0 when it is empty', async () => {
    const { device, client } = await setup(() => ({}));
    await client.post({ ...REQUEST, body: new Uint8Array() }, signal);
    expect(device.requests[0]?.rawHeaders).toEqual(expect.arrayContaining(['Content-Length', '0']));
  });

  test('goes over the connection of the one before', async () => {
    const { device, client } = await setup(() => ({}));
    await client.post(REQUEST, signal);
    await client.post(REQUEST, signal);
    expect(device.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test('opens a connection when the device closes each', async () => {
    const { device, client } = await setup(() => ({ headers: { Connection: 'close' } }));
    await client.post(REQUEST, signal);
    await client.post(REQUEST, signal);
    expect(device.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('opens another after closing', async () => {
    const { device, client } = await setup(() => ({}));
    await client.post(REQUEST, signal);
    client.close();
    await client.post(REQUEST, signal);
    expect(device.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('goes over TLS without a look at the certificate', async () => {
    const { client } = await setup(() => ({ body: 'good' }), { isHttps: true });
    expect((await client.post(REQUEST, signal)).body.toString()).toBe('good');
    expect(client.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe('an answer', () => {
  test('is read whatever its status, cookies included, and no redirect followed', async () => {
    const { device, client } = await setup(() => ({
      status: 302,
      body: 'elsewhere',
      headers: { Location: '/other', 'Set-Cookie': 'TP_SESSIONID=1;TIMEOUT=2' },
    }));
    const answer = await client.post(REQUEST, signal);
    expect(answer).toEqual({ status: 302, body: Buffer.from('elsewhere'), cookies: ['TP_SESSIONID=1;TIMEOUT=2'] });
    expect(device.requests).toHaveLength(1);
  });

  test('has a longest length, announced or not', async () => {
    const big = Buffer.alloc(MAX_BODY_BYTES + 1);
    const announced = await setup(() => ({ body: big, headers: { 'Content-Length': String(big.length) } }));
    await expect(announced.client.post(REQUEST, signal)).rejects.toThrow(ProtocolError);
    const chunked = await setup(() => ({ body: big, headers: { 'Transfer-Encoding': 'chunked' } }));
    await expect(chunked.client.post(REQUEST, signal)).rejects.toThrow('expected at most 1048576 bytes');
  });
});

describe('a connection that breaks off', () => {
  test('is tried again once, a quarter of a second later', async () => {
    const answers: Answer[] = [{ fault: 'drop' }, { body: 'good' }];
    const { device, clock, client } = await setup(() => answers.shift() ?? {});
    const answer = client.post(REQUEST, signal);
    // One timer is the deadline of the exchange, the other the wait.
    await vi.waitFor(() => expect(clock.pending).toBe(2));
    await clock.advance(249);
    expect(device.requests).toHaveLength(1);
    await clock.advance(1);
    expect((await answer).body.toString()).toBe('good');
    expect(clock.pending).toBe(0);
  });

  test('is told when it breaks off again', async () => {
    const { device, clock, client } = await setup(() => ({ fault: 'drop' }));
    const failure = client.post(REQUEST, signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(clock.pending).toBe(2));
    await clock.advance(250);
    expect(await failure).toBeInstanceOf(DeviceRefusedError);
    expect(String(await failure)).toMatch(/a test with http:\/\/127\.0\.0\.1:\d+: ECONNRESET/);
    expect(device.requests).toHaveLength(2);
  });

  test('half-way through an answer is tried again as well', async () => {
    const answers: Answer[] = [{ fault: 'half' }, { body: 'good' }];
    const { clock, client } = await setup(() => answers.shift() ?? {});
    const answer = client.post(REQUEST, signal);
    await vi.waitFor(() => expect(clock.pending).toBe(2));
    await clock.advance(250);
    expect((await answer).body.toString()).toBe('good');
  });
});

describe('a device', () => {
  test('that says nothing is given five seconds', async () => {
    const { device, clock, client } = await setup(() => ({ fault: 'hang' }));
    const failure = client.post(REQUEST, signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.requests).toHaveLength(1));
    await clock.advance(5_000);
    expect(await failure).toBeInstanceOf(DeviceTimeoutError);
    expect(String(await failure)).toMatch(/a test with http:\S+ took longer than 5000 ms/);
    expect(String(await failure)).not.toContain('secret');
  });

  test('that is not there refuses', async () => {
    const client = createHttpClient({ host: '127.0.0.1', port: await closedPort() });
    await expect(client.post(REQUEST, signal)).rejects.toThrow(DeviceRefusedError);
    await expect(client.post(REQUEST, signal)).rejects.toThrow('ECONNREFUSED');
  });

  test('that speaks something else has a fault of protocol', async () => {
    const { device } = await setup(() => ({}));
    const client = createHttpClient({ host: '127.0.0.1', port: device.port, isHttps: true });
    await expect(client.post(REQUEST, signal)).rejects.toThrow(ProtocolError);
  });

  test('is not waited for when the signal fires', async () => {
    const { device, clock, client } = await setup(() => ({ fault: 'hang' }));
    const controller = new AbortController();
    const failure = client.post(REQUEST, controller.signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.requests).toHaveLength(1));
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    expect(clock.pending).toBe(0);
  });
});
