import { createFakeClock } from '@device-exporters/retry/testing';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { AesDevice, type AesDeviceOptions } from '../../test/devices/aes-device.ts';
import { type Answer, httpDevice, type SeenRequest } from '../../test/devices/http-device.ts';
import { AuthenticationError, DeviceError, DeviceRefusedError, ProtocolError } from '../device-error.ts';
import { DeviceCodeError } from '../exchange/device-code.ts';
import { type AesTransportOptions, createAesTransport } from './aes-transport.ts';

const { signal } = new AbortController();
const ACCOUNT = { username: 'User@Example.com', password: 'pä$$wörd' };

async function setup(
  deviceOptions: AesDeviceOptions = ACCOUNT,
  options: Partial<AesTransportOptions> = {},
  intercept?: (request: SeenRequest) => Answer | undefined,
) {
  const device = new AesDevice(deviceOptions);
  const server = await httpDevice((request) => intercept?.(request) ?? device.handle(request));
  const clock = createFakeClock();
  const host = '127.0.0.1';
  const transport = createAesTransport({ host, port: server.port, credentials: ACCOUNT, clock, ...options });
  return { device, server, clock, transport };
}

describe('an AES device', () => {
  test('answers requests in one session', async () => {
    const { device, server, transport } = await setup({ ...ACCOUNT, answer: (text) => `{"to":${text}}` });
    expect(await transport.exchange('1', signal)).toBe('{"to":1}');
    expect(await transport.exchange('2', signal)).toBe('{"to":2}');
    expect([device.keys.length, device.logins.length]).toEqual([1, 1]);
    expect(server.requests.map(({ path, query }) => `${path}?${query}`)).toEqual([
      '/app?',
      '/app?',
      '/app?token=token1',
      '/app?token=token1',
    ]);
    expect(server.requests.at(-1)?.rawHeaders).toEqual(
      expect.arrayContaining(['requestByApp', 'true', 'Content-Length', 'Cookie', 'TP_SESSIONID=aes1']),
    );
    expect(transport.protocol).toBe('aes');
  });

  test.each([1, 2] as const)('may want the login of version %d', async (loginVersion) => {
    const { device, transport } = await setup({ ...ACCOUNT, loginVersion }, { loginVersion });
    await transport.exchange('1', signal);
    expect(device.logins).toHaveLength(1);
  });

  test('of which the version is unknown shows it once', async () => {
    const { device, transport } = await setup({ ...ACCOUNT, loginVersion: 1 });
    await transport.exchange('1', signal);
    expect(device.logins.map((login) => Object.keys(login))).toEqual([
      ['password2', 'username'],
      ['password', 'username'],
    ]);
    device.restart();
    await transport.exchange('2', signal);
    expect(device.logins).toHaveLength(3);
  });

  test('of which the version is unknown may call the other one a mistake', async () => {
    const { device, transport } = await setup({ ...ACCOUNT, loginVersion: 1, refusal: -1_008 });
    await transport.exchange('1', signal);
    expect(device.logins).toHaveLength(2);
  });

  test('without an account takes the set-up account, in a handshake of its own', async () => {
    const { device, transport } = await setup({ username: 'test@tp-link.net', password: 'test' }, { loginVersion: 2 });
    await transport.exchange('1', signal);
    expect([device.keys.length, device.logins.length]).toEqual([2, 2]);
    expect(device.keys[0]).toBe(device.keys[1]);
    const other = await setup({ username: 'test@tp-link.net', password: 'test' }, { credentials: undefined });
    await other.transport.exchange('1', signal);
    expect(other.device.logins).toHaveLength(1);
  });

  test('may answer in the clear', async () => {
    const { device, transport } = await setup();
    await transport.exchange('1', signal);
    device.isPlain = true;
    expect(await transport.exchange('2', signal)).toBe('{"error_code":0,"result":{}}');
  });
});

describe('a session', () => {
  test.each(['{"error_code":9999}', '{"error_code":-1005}', '{"error_code":-1101}'])(
    'that ends with %s is opened once more, and the request repeated',
    async (envelope) => {
      const { device, transport } = await setup();
      await transport.exchange('1', signal);
      device.envelopes.push(envelope);
      expect(await transport.exchange('2', signal)).toBe('{"error_code":0,"result":{}}');
      expect(device.logins).toHaveLength(2);
    },
  );

  test('that ends with an encrypted 9999 is opened once more too', async () => {
    const answers = ['{"error_code":9999}', '{"error_code":0}'];
    const { device, transport } = await setup({ ...ACCOUNT, answer: () => answers.shift() ?? '' });
    expect(await transport.exchange('1', signal)).toBe('{"error_code":0}');
    expect(device.logins).toHaveLength(2);
  });

  test('that ends at once again is a failure', async () => {
    const { device, transport } = await setup();
    device.envelopes.push('{"error_code":9999}', '{"error_code":9999}');
    await expect(transport.exchange('1', signal)).rejects.toThrow(DeviceRefusedError);
  });

  test('ends before the device ends it', async () => {
    const { device, clock, transport } = await setup();
    await transport.exchange('1', signal);
    await clock.advance(600_000);
    await transport.exchange('2', signal);
    expect(device.logins).toHaveLength(2);
  });
});

describe('an error of the envelope', () => {
  test.each([-1003, -1002, -1006, 42])('%d is an answer for who has asked', async (code) => {
    const { device, transport } = await setup();
    device.envelopes.push(`{"error_code":${code}}`);
    expect(await transport.exchange('1', signal)).toBe(`{"error_code":${code}}`);
    await transport.exchange('2', signal);
    expect(device.logins).toHaveLength(1);
  });

  test('1003 says that the protocol has changed', async () => {
    const { device, transport } = await setup();
    device.envelopes.push('{"error_code":1003}');
    const failure = await transport.exchange('1', signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceCodeError);
    expect(failure).toMatchObject({ code: 1_003, reason: 'protocol' });
  });

  test.each([1_002, 1_112])('%d is worth another try', async (code) => {
    const { device, clock, transport } = await setup();
    device.envelopes.push(`{"error_code":${code}}`);
    const answer = transport.exchange('1', signal);
    await vi.waitFor(() => expect([device.envelopes.length, clock.pending]).toEqual([0, 1]));
    await clock.advance(250);
    expect(await answer).toBe('{"error_code":0,"result":{}}');
  });
});

describe('a login fails', () => {
  test('on another account, after one try with each of the two', async () => {
    const { device, transport } = await setup({ username: 'other', password: 'else' }, { loginVersion: 2 });
    const failure = await transport.exchange('1', signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect(String(failure)).toMatch(/AES login with http:\S+ wrong account or password \(-1501\)/);
    expect([device.keys.length, device.logins.length]).toEqual([2, 2]);
  });

  test('for reasons of its own', async () => {
    const { device, transport } = await setup({ username: 'other', refusal: -7 });
    await expect(transport.exchange('1', signal)).rejects.toThrow('error_code -7');
    expect(device.logins).toHaveLength(3);
  });

  test('at once on a device that speaks another protocol', async () => {
    const { device, transport } = await setup({ username: 'other', refusal: 1_003 });
    await expect(transport.exchange('1', signal)).rejects.toThrow(DeviceCodeError);
    expect(device.logins).toHaveLength(1);
  });

  test.each([
    [-40404, AuthenticationError],
    [1003, DeviceCodeError],
    [1100, DeviceCodeError],
    [-1010, DeviceCodeError],
    [-7, DeviceCodeError],
  ])('on a handshake answered with %d, at once', async (code, kind) => {
    const { server, transport } = await setup(ACCOUNT, {}, () => ({ body: `{"error_code":${code}}` }));
    await expect(transport.exchange('1', signal)).rejects.toThrow(kind);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    { status: 404 },
    { body: '<html>' },
    { body: '{"error_code":0}' },
    { body: '{"error_code":"0"}' },
    { body: '{"error_code":0,"result":{"key":""}}' },
    { body: '{"error_code":0,"result":{"key":"AAAA"}}' },
  ])('on a handshake answered with %j', async (answer) => {
    const { transport } = await setup(ACCOUNT, {}, () => answer);
    await expect(transport.exchange('1', signal)).rejects.toThrow(ProtocolError);
  });
});

test('whatever a device answers is an answer or a device error', async () => {
  // Real time, as a busy device is waited for.
  const { device, transport } = await setup(ACCOUNT, { clock: undefined });
  const values = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((result) => JSON.stringify({ error_code: 0, result })),
    fc.base64String({ maxLength: 200 }).map((response) => JSON.stringify({ error_code: 0, result: { response } })),
    fc.integer().map((code) => JSON.stringify({ error_code: code })),
  );
  await fc.assert(
    fc.asyncProperty(values, async (envelope) => {
      device.envelopes.splice(0, 1, envelope);
      const failure = await transport.exchange('1', signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) expect(failure).toBeInstanceOf(DeviceError);
    }),
    { numRuns: 100 },
  );
});
