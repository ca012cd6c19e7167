import { randomBytes } from 'node:crypto';
import { createFakeClock } from '@device-exporters/retry/testing';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type Answer, httpDevice, type SeenRequest } from '../../test/devices/http-device.ts';
import { KlapDevice, type KlapDeviceOptions } from '../../test/devices/klap-device.ts';
import {
  AuthenticationError,
  DeviceError,
  DeviceRefusedError,
  ProtocolError,
  ThirdPartyDisabledError,
} from '../device-error.ts';
import { createKlapTransport, type KlapTransportOptions } from './klap-transport.ts';

const { signal } = new AbortController();
const ACCOUNT = { username: 'User@Example.com', password: 'pä$$wörd' };

interface Setup {
  readonly device?: KlapDeviceOptions;
  readonly options?: Partial<KlapTransportOptions>;
  /** Answers in place of the device, where it returns something. */
  readonly intercept?: (request: SeenRequest) => Answer | undefined;
}

async function setup({ device: deviceOptions = ACCOUNT, options, intercept }: Setup = {}) {
  const device = new KlapDevice(deviceOptions);
  const server = await httpDevice((request) => intercept?.(request) ?? device.handle(request), {
    isHttps: options?.isHttps ?? false,
  });
  const clock = createFakeClock();
  const transport = createKlapTransport({
    host: '127.0.0.1',
    port: server.port,
    credentials: ACCOUNT,
    clock,
    ...options,
  });
  return { device, server, clock, transport };
}

describe('a KLAP device', () => {
  test('answers requests in one session, over one connection', async () => {
    const { device, server, transport } = await setup({ device: { ...ACCOUNT, answer: (text) => `to ${text}` } });
    const answers = ['a', 'b', 'c'].map((request) => transport.exchange(request, signal));
    expect(await Promise.all(answers)).toEqual(['to a', 'to b', 'to c']);
    expect(device.handshakes).toBe(1);
    expect(device.seqs.map((seq) => seq - (device.seqs[0] ?? 0))).toEqual([0, 1, 2]);
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
    expect(transport.protocol).toBe('klap2');
  });

  test('sees its cookie again, without its timeout', async () => {
    const { server, transport } = await setup({ device: { ...ACCOUNT, timeout: 1_440 } });
    await transport.exchange('a', signal);
    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'TP_SESSIONID=session1',
      'TP_SESSIONID=session1',
    ]);
  });

  test('may be reached over TLS alone', async () => {
    const { transport } = await setup({ options: { isHttps: true } });
    expect(await transport.exchange('a', signal)).toBe('{"error_code":0,"result":{}}');
  });

  test('gets the same bytes for the same seeds', async () => {
    const remoteSeed = Buffer.from('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf', 'hex');
    const credentials = { username: 'user@example.com', password: 'S3cret!pass' };
    const { device, transport } = await setup({
      device: { ...credentials, remoteSeed },
      options: { credentials, randomBytes: () => Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex') },
    });
    await transport.exchange('{"method":"get_device_info"}', signal);
    expect(device.seqs).toEqual([-330_573_445]);
  });

  test.each([1, 2] as const)('of version %d shows its version, whichever is expected', async (version) => {
    for (const expected of [1, 2] as const) {
      const { transport } = await setup({ device: { ...ACCOUNT, version }, options: { version: expected } });
      expect(transport.protocol).toBe(expected === 1 ? 'klap' : 'klap2');
      await transport.exchange('a', signal);
      expect(transport.protocol).toBe(version === 1 ? 'klap' : 'klap2');
    }
  });

  test.each([
    ['kasa@tp-link.net', 'kasaSetup'],
    ['test@tp-link.net', 'test'],
    ['', ''],
    ['user@example.com', ACCOUNT.password],
  ])('may know the account %j instead', async (username, password) => {
    for (const version of [1, 2] as const) {
      const { transport, device } = await setup({ device: { username, password, version } });
      await transport.exchange('a', signal);
      expect(device.handshakes).toBe(1);
    }
  });

  test('without an account needs none here either', async () => {
    const { transport } = await setup({ device: {}, options: { credentials: undefined } });
    await transport.exchange('a', signal);
  });
});

describe('a session', () => {
  test('ends twenty minutes before the device ends it', async () => {
    const { device, clock, transport } = await setup({ device: { ...ACCOUNT, timeout: 3_600 } });
    await transport.exchange('a', signal);
    await clock.advance(2_399_999);
    await transport.exchange('b', signal);
    expect(device.handshakes).toBe(1);
    await clock.advance(1);
    await transport.exchange('c', signal);
    expect(device.handshakes).toBe(2);
  });

  test('that a restart has ended is opened once more, and the request repeated', async () => {
    const { device, transport } = await setup();
    await transport.exchange('a', signal);
    device.restart();
    await transport.exchange('b', signal);
    expect(device.questions).toEqual(['a', 'b']);
    expect(device.handshakes).toBe(2);
  });

  test('that is refused at once again is a failure', async () => {
    const { device, transport } = await setup({
      intercept: ({ path }) => (path === '/app/request' ? { status: 403 } : undefined),
    });
    await expect(transport.exchange('a', signal)).rejects.toThrow(DeviceRefusedError);
    expect(device.handshakes).toBe(2);
  });

  test('that the payload says has expired is opened once more', async () => {
    const answers = ['{"error_code":9999}', '{"error_code":0}'];
    const { device, transport } = await setup({ device: { ...ACCOUNT, answer: () => answers.shift() ?? '' } });
    expect(await transport.exchange('a', signal)).toBe('{"error_code":0}');
    expect(device.handshakes).toBe(2);
  });

  test('survives other statuses', async () => {
    const statuses = [500, 429];
    const { device, transport } = await setup({
      intercept: ({ path }) => {
        const status = path === '/app/request' ? statuses.shift() : undefined;
        return status === undefined ? undefined : { status };
      },
    });
    await expect(transport.exchange('a', signal)).rejects.toThrow(
      /KLAP request to http:\S+ expected HTTP status 200, found 500/,
    );
    await expect(transport.exchange('b', signal)).rejects.toThrow('found 429');
    await transport.exchange('c', signal);
    expect(device.handshakes).toBe(1);
  });

  test('is not used any more after an answer of others', async () => {
    const bodies = [Buffer.alloc(64)];
    const { device, transport } = await setup({
      intercept: ({ path }) => {
        const body = path === '/app/request' ? bodies.shift() : undefined;
        return body && { body };
      },
    });
    await expect(transport.exchange('a', signal)).rejects.toThrow(ProtocolError);
    await transport.exchange('b', signal);
    expect(device.handshakes).toBe(2);
  });
});

describe('a login fails', () => {
  test('on another account, with one question and no second handshake', async () => {
    const { device, server, transport } = await setup({ device: { username: 'other', password: 'else' } });
    const failure = await transport.exchange('a', signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect(String(failure)).not.toContain(ACCOUNT.password);
    expect([device.handshakes, server.requests.length]).toEqual([1, 1]);
  });

  test.each([403, 400])('when the device refuses the proof with %d', async (status) => {
    const { transport } = await setup({
      intercept: ({ path }) => (path === '/app/handshake2' ? { status } : undefined),
    });
    await expect(transport.exchange('a', signal)).rejects.toThrow(AuthenticationError);
  });

  test('when the second handshake fails otherwise', async () => {
    const { transport } = await setup({
      intercept: ({ path }) => (path === '/app/handshake2' ? { status: 500 } : undefined),
    });
    await expect(transport.exchange('a', signal)).rejects.toThrow('found 500');
  });

  test('when third-party access is off', async () => {
    const { transport } = await setup({ intercept: () => ({ status: 403 }) });
    await expect(transport.exchange('a', signal)).rejects.toThrow(ThirdPartyDisabledError);
  });

  test.each([{ status: 404 }, { body: '<html>stock page</html>' }, { body: '' }])(
    'on a device without KLAP: %j',
    async (answer) => {
      const { transport } = await setup({ intercept: () => answer });
      await expect(transport.exchange('a', signal)).rejects.toThrow(ProtocolError);
    },
  );
});

test('a device that drops every other connection is read all the same', async () => {
  let count = 0;
  const { clock, transport } = await setup({
    intercept: () => {
      count += 1;
      return count % 2 === 1 ? { fault: 'drop' } : undefined;
    },
  });
  const answer = transport.exchange('a', signal);
  for (let step = 0; step < 3; step += 1) {
    await vi.waitFor(() => expect(clock.pending).toBe(2));
    await clock.advance(250);
  }
  expect(await answer).toBe('{"error_code":0,"result":{}}');
});

test('whatever a device answers is an answer or a device error', async () => {
  let body: Uint8Array = new Uint8Array();
  let mutatedPath = '';
  const { transport } = await setup({ intercept: ({ path }) => (path === mutatedPath ? { body } : undefined) });
  const paths = fc.constantFrom('/app/handshake1', '/app/handshake2', '/app/request');
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.constant(0).map(() => randomBytes(48)),
  );
  await fc.assert(
    fc.asyncProperty(paths, bodies, async (path, bytes) => {
      mutatedPath = path;
      body = bytes;
      transport.close();
      const failure = await transport.exchange('a', signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) expect(failure).toBeInstanceOf(DeviceError);
    }),
    { numRuns: 60 },
  );
});
