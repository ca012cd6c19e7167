import { createFakeClock } from '@device-exporters/retry/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, httpDevice, type SeenRequest } from '../../test/devices/http-device.ts';
import { TpapDevice, type TpapDeviceOptions } from '../../test/devices/tpap-device.ts';
import { AuthenticationError, DeviceError, DeviceRefusedError, ProtocolError } from '../device-error.ts';
import type { AccountTransportOptions } from '../exchange/transport-options.ts';
import { createTpapTransport } from './tpap-transport.ts';

const { signal } = new AbortController();
const ACCOUNT = { username: 'user@example.com', password: 'pä$$wörd' };

async function setup(
  deviceOptions: TpapDeviceOptions = {},
  options: Partial<AccountTransportOptions> = {},
  intercept?: (request: SeenRequest) => Answer | undefined,
) {
  const device = new TpapDevice({ ...ACCOUNT, ...deviceOptions });
  const server = await httpDevice((request) => intercept?.(request) ?? device.handle(request), {
    isHttps: options.isHttps ?? false,
  });
  const clock = createFakeClock();
  const host = '127.0.0.1';
  const transport = createTpapTransport({ host, port: server.port, credentials: ACCOUNT, clock, ...options });
  return { device, server, clock, transport };
}

describe('a TPAP device', () => {
  test('answers requests in one session', async () => {
    const { device, server, transport } = await setup({ answer: (text) => `{"to":${text}}` });
    const answers = ['1', '2'].map((request) => transport.exchange(request, signal));
    expect(await Promise.all(answers)).toEqual(['{"to":1}', '{"to":2}']);
    expect(device.seqs).toEqual([5, 6]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/', '/', '/', '/stok=STOK1/ds', '/stok=STOK1/ds']);
    expect(transport.protocol).toBe('tpap');
  });

  test('sees what it needs to and no more', async () => {
    const { device, transport } = await setup();
    await transport.exchange('1', signal);
    expect(device.steps).toEqual([
      { sub_method: 'discover' },
      {
        sub_method: 'pake_register',
        username: '21232f297a57a5a743894a0e4a801fc3',
        user_random: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        cipher_suites: [1],
        encryption: ['aes_128_ccm'],
        passcode_type: 'userpw',
        stok: null,
      },
      { sub_method: 'pake_share', user_share: expect.any(String), user_confirm: expect.any(String) },
    ]);
  });

  test('may want its user hashed with SHA-256, and a nonce for its proof of origin', async () => {
    const { device, transport } = await setup({ tpap: { user_hash_type: 1, dac: 1, pake: [5] } });
    await transport.exchange('1', signal);
    expect(device.steps[1]?.['username']).toBe('8C6976E5B5410415BDE908BD4DEE15DFB167A9C873FC4BB8A81F6F2AB448A918');
    expect(device.steps[2]?.['dac_nonce']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test('may name the session otherwise', async () => {
    const { server, transport } = await setup({ change: { pake_share: { stok: undefined, sessionId: 'OTHER' } } });
    await transport.exchange('1', signal).catch(() => undefined);
    expect(server.requests.at(-1)?.path).toBe('/stok=OTHER/ds');
  });

  test('may be reached over TLS alone', async () => {
    const { transport } = await setup({ tpap: { tls: 2 } }, { isHttps: true });
    expect(await transport.exchange('1', signal)).toBe('{"error_code":0,"result":{}}');
  });

  test('may go on over TLS', async () => {
    const secure = new TpapDevice(ACCOUNT);
    const tls = await httpDevice(secure.handle, { isHttps: true });
    const { server, transport } = await setup({ tpap: { tls: 1, port: tls.port, dac: 1 } });
    await transport.exchange('1', signal);
    await transport.exchange('2', signal);
    expect(server.requests).toHaveLength(1);
    expect(tls.requests).toHaveLength(4);
    expect(secure.steps[1]).not.toHaveProperty('dac_nonce');
    transport.close();
    await transport.exchange('3', signal);
  });
});

describe('a session', () => {
  test.each([9_999, -40_401, -40_413, -2_203])(
    'that ends with %d is opened once more, and the request repeated',
    async (code) => {
      const { device, transport } = await setup();
      await transport.exchange('1', signal);
      device.plain.push(`{"error_code":${code}}`);
      await transport.exchange('2', signal);
      expect([device.questions, device.logins]).toEqual([['1', '2'], 2]);
    },
  );

  test('that ends with an encrypted 9999 is opened once more too', async () => {
    const answers = ['{"error_code":9999}', '{"error_code":0}'];
    const { device, transport } = await setup({ answer: () => answers.shift() ?? '' });
    expect(await transport.exchange('1', signal)).toBe('{"error_code":0}');
    expect(device.logins).toBe(2);
  });

  test('that ends at once again is a failure', async () => {
    const { device, transport } = await setup();
    device.plain.push('{"error_code":9999}', '{"error_code":9999}');
    await expect(transport.exchange('1', signal)).rejects.toThrow(DeviceRefusedError);
  });

  test('ends before the device ends it', async () => {
    const { device, clock, transport } = await setup({ expired: 3_600 });
    await transport.exchange('1', signal);
    await clock.advance(2_400_000);
    await transport.exchange('2', signal);
    expect(device.logins).toBe(2);
  });

  test('ends with its numbers', async () => {
    const { device, transport } = await setup({ startSeq: 2 ** 32 - 2 });
    for (const request of ['1', '2', '3']) await transport.exchange(request, signal);
    expect(device.seqs).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32 - 2]);
    expect(device.logins).toBe(2);
  });

  test('leaves plain errors about the request to who has asked', async () => {
    const { device, transport } = await setup();
    device.plain.push('{"error_code":-1003}');
    expect(await transport.exchange('1', signal)).toBe('{"error_code":-1003}');
  });

  test.each(['{"error_code":0,"result":{}}', '{"error_code":1003}', 'x'.repeat(40), ''])(
    'is not used any more after a plain %j',
    async (plain) => {
      const { device, transport } = await setup();
      device.plain.push(plain);
      await expect(transport.exchange('1', signal)).rejects.toThrow(ProtocolError);
      await transport.exchange('2', signal);
      expect(device.logins).toBe(2);
    },
  );

  test('is not used any more after another status', async () => {
    const statuses = [401];
    const { device, transport } = await setup({}, {}, ({ path }) => {
      const status = path === '/' ? undefined : statuses.shift();
      return status === undefined ? undefined : { status };
    });
    await expect(transport.exchange('1', signal)).rejects.toThrow('expected HTTP status 200, found 401');
    await transport.exchange('2', signal);
    expect(device.logins).toBe(2);
  });
});

describe('a login fails', () => {
  test('on another password, after one try', async () => {
    const { device, transport } = await setup({ password: 'else' });
    const failure = await transport.exchange('1', signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect(String(failure)).toMatch(/TPAP pake_share with http:\S+ wrong account or password \(-1501\)/);
    expect(device.logins).toBe(1);
  });

  test.each([undefined, ACCOUNT])('on a device that offers a pass code of its own', async (credentials) => {
    const { device, transport } = await setup({ tpap: { pake: [0] } }, { credentials });
    await expect(transport.exchange('1', signal)).rejects.toThrow(AuthenticationError);
    expect(device.steps[1]?.['passcode_type']).toBe('default_userpw');
  });

  test('on a device that wants an account where there is none, without a try', async () => {
    const { device, transport } = await setup({}, { credentials: undefined });
    await expect(transport.exchange('1', signal)).rejects.toThrow('none is configured');
    expect(device.logins).toBe(0);
  });

  test('on a locked device', async () => {
    const { transport } = await setup({}, {}, () => ({ body: '{"error_code":-40404}' }));
    await expect(transport.exchange('1', signal)).rejects.toThrow('locked after failed logins');
  });

  test('on a device that does not prove to know the password', async () => {
    for (const confirm of [Buffer.alloc(32).toString('base64'), 'AAAA']) {
      const { transport } = await setup({ change: { pake_share: { dev_confirm: confirm } } });
      await expect(transport.exchange('1', signal)).rejects.toThrow('does not prove that it knows the password');
    }
  });

  test.each([
    ['discover', { tpap: null }],
    ['pake_register', { iterations: 1e9 }],
    ['pake_register', { iterations: 0 }],
    ['pake_register', { iterations: '3000' }],
    ['pake_register', { cipher_suites: 2 }],
    ['pake_register', { cipher_suites: [1, 2] }],
    ['pake_register', { encryption: 'rot13' }],
    ['pake_register', { dev_share: 'AAAA' }],
    ['pake_register', { dev_share: undefined }],
    ['pake_register', { dev_salt: 7 }],
    ['pake_register', { extra_crypt: { type: 'unknown' } }],
    ['pake_share', { dev_confirm: undefined }],
    ['pake_share', { stok: '../../admin' }],
    ['pake_share', { stok: 7 }],
    ['pake_share', { start_seq: -1 }],
    ['pake_share', { start_seq: 1.5 }],
    ['pake_share', { start_seq: 'x' }],
  ])('on a %s with %j', async (step, change) => {
    const { transport } = await setup({ change: { [step]: change } });
    await expect(transport.exchange('1', signal)).rejects.toThrow(ProtocolError);
  });

  test.each([
    { status: 404 },
    { body: '<html>' },
    { body: '{"error_code":1003}' },
    { body: '{"error_code":-1}' },
    { body: '{}' },
  ])('on a device without TPAP: %j', async (answer) => {
    const { transport } = await setup({}, {}, () => answer);
    await expect(transport.exchange('1', signal)).rejects.toThrow(ProtocolError);
  });
});

test('suites and ciphers may come as lists of one', async () => {
  const change = { pake_register: { cipher_suites: [1], encryption: ['aes_128_ccm'], extra_crypt: undefined } };
  const { device, transport } = await setup({ change });
  await transport.exchange('1', signal).catch(() => undefined);
  expect(device.logins).toBe(1);
});

test('whatever a device answers is an answer or a device error', async () => {
  let answer: Answer | undefined;
  let mutatedStep = '';
  // Real time, as a busy device is waited for.
  const { transport } = await setup({}, { clock: undefined }, ({ path, body }) =>
    (path === '/' ? body.toString().includes(mutatedStep) : mutatedStep === 'ds') ? answer : undefined,
  );
  const steps = fc.constantFrom('discover', 'pake_register', 'pake_share', 'ds');
  const keys = fc.constantFrom(
    'mac',
    'tpap',
    'dev_random',
    'dev_salt',
    'dev_share',
    'iterations',
    'extra_crypt',
    'stok',
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.json(),
    fc.integer().map((code) => JSON.stringify({ error_code: code })),
    fc
      .dictionary(keys, fc.oneof(fc.jsonValue(), fc.base64String()))
      .map((result) => JSON.stringify({ error_code: 0, result })),
  );
  await fc.assert(
    fc.asyncProperty(steps, bodies, async (step, body) => {
      mutatedStep = step;
      answer = { body };
      transport.close();
      const failure = await transport.exchange('1', signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) expect(failure).toBeInstanceOf(DeviceError);
    }),
    { numRuns: 80 },
  );
});
