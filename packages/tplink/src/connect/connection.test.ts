import { describe, expect, test } from 'vitest';
import { AesDevice } from '../../test/devices/aes-device.ts';
import { type Answer, closedPort, httpDevice, type SeenRequest } from '../../test/devices/http-device.ts';
import { KlapDevice } from '../../test/devices/klap-device.ts';
import { TpapDevice } from '../../test/devices/tpap-device.ts';
import { xorDevice, xorFrame } from '../../test/devices/xor-device.ts';
import {
  AuthenticationError,
  DeviceRefusedError,
  DeviceTimeoutError,
  ProtocolError,
  ThirdPartyDisabledError,
} from '../device-error.ts';
import { connectTo } from './connection.ts';
import type { ConnectionHint } from './hint.ts';
import type { ConnectDeps, DevicePorts } from './way.ts';

const { signal } = new AbortController();
const ACCOUNT = { username: 'user@example.com', password: 'secret' };
const SYSINFO = '{"system":{"get_sysinfo":{"model":"HS110(EU)","err_code":0}}}';
const HINT: ConnectionHint = { protocol: 'klap2', payload: 'smart', port: 80, isHttps: false, loginVersion: 2 };

type Handler = (request: SeenRequest) => Answer;

const legacy = () => xorDevice((_, socket) => socket.write(xorFrame(SYSINFO)));

/** A device that knows the requests of one of these and refuses what no one knows. */
const oneOf =
  (...handlers: Handler[]): Handler =>
  (request) => {
    for (const handle of handlers) {
      const answer = handle(request);
      if (answer.status !== 404) return answer;
    }
    return { status: 404 };
  };

const onlyUnder =
  (prefix: string, handle: Handler): Handler =>
  (request) =>
    request.path.startsWith(prefix) ? handle(request) : { status: 404 };

const refusingKlap: Handler = onlyUnder('/app/handshake', () => ({ status: 403 }));
const movedAes: Handler = onlyUnder('/app', () => ({ body: '{"error_code":1003}' }));
const tpap =
  (device = new TpapDevice(ACCOUNT)): Handler =>
  (request) =>
    request.path === '/' || request.path.endsWith('/ds') ? device.handle(request) : { status: 404 };

const aes = (device = new AesDevice(ACCOUNT)): Handler => onlyUnder('/app', (request) => device.handle(request));

async function ports(found: Partial<DevicePorts>): Promise<DevicePorts> {
  return { xor: await closedPort(), http: await closedPort(), https: await closedPort(), ...found };
}

async function open(found: Partial<DevicePorts>, deps: ConnectDeps = {}) {
  const connection = connectTo({ address: '127.0.0.1' }, { credentials: ACCOUNT, ports: await ports(found), ...deps });
  const { transport, payload } = await connection.open(signal);
  return { connection, transport, payload, protocol: transport.protocol };
}

describe('a bare address', () => {
  test('with something on the legacy port is a legacy device', async () => {
    const { port } = await legacy();
    const { protocol, payload, transport } = await open({ xor: port });
    expect([protocol, payload]).toEqual(['xor', 'iot']);
    expect(await transport.exchange('{}', signal)).toBe(SYSINFO);
  });

  test.each([
    ['the SMART payload', 2, '{"error_code":0,"result":{}}', ['klap2', 'smart']],
    ['the SMART payload in an odd mood', 2, '{"error_code":-1301}', ['klap2', 'smart']],
    ['the IOT payload', 2, SYSINFO, ['klap2', 'iot']],
    ['no JSON', 2, 'what?', ['klap2', 'smart']],
    ['version 1', 1, SYSINFO, ['klap', 'iot']],
  ] as const)('may be KLAP with %s', async (_, version, answer, expected) => {
    const device = new KlapDevice({ ...ACCOUNT, version, answer: () => answer });
    const { port } = await httpDevice(device.handle);
    const { protocol, payload, transport } = await open({ http: port });
    expect([protocol, payload]).toEqual(expected);
    await transport.exchange('{}', signal);
    expect(device.handshakes).toBe(1);
  });

  test('may be AES, when nobody knows KLAP there', async () => {
    const device = new AesDevice(ACCOUNT);
    const { port } = await httpDevice(aes(device));
    const seen = (request: SeenRequest): Answer =>
      request.path.startsWith('/app/') ? { status: 404 } : aes(device)(request);
    const { port: strict } = await httpDevice(seen);
    expect(port).not.toBe(strict);
    const { protocol, payload } = await open({ http: strict });
    expect([protocol, payload, device.logins.length]).toEqual(['aes', 'smart', 1]);
  });

  test.each([
    ['refuses KLAP', refusingKlap],
    ['answers everything with a page', (): Answer => ({ body: '<html>' })],
    ['knows AES no more', movedAes],
  ])('may be TPAP on a device that %s', async (_, other) => {
    const { port } = await httpDevice(oneOf(tpap(), other));
    const { protocol, payload } = await open({ http: port });
    expect([protocol, payload]).toEqual(['tpap', 'smart']);
  });

  test('may be reached over TLS alone', async () => {
    const device = new KlapDevice(ACCOUNT);
    const { port } = await httpDevice(device.handle, { isHttps: true });
    const { protocol } = await open({ https: port });
    expect(protocol).toBe('klap2');
  });

  test('goes over to the next way when the legacy port does not talk like one', async () => {
    const device = new KlapDevice(ACCOUNT);
    const { port } = await httpDevice(device.handle);
    for (const answer of ['{"error_code":0}', '[]']) {
      const { port: xor } = await xorDevice((_, socket) => socket.write(xorFrame(answer)));
      expect((await open({ xor, http: port })).protocol).toBe('klap2');
    }
  });

  test('fails where nobody is', async () => {
    await expect(open({})).rejects.toThrow(DeviceRefusedError);
  });

  test('fails where nobody answers, and tries no further', async () => {
    const { port } = await httpDevice(() => ({ fault: 'hang' }));
    await expect(open({ http: port }, { timeoutMs: 50 })).rejects.toThrow(DeviceTimeoutError);
  });

  test('fails on another account with one question', async () => {
    const { port, requests } = await httpDevice(new KlapDevice({ username: 'x', password: 'y' }).handle);
    await expect(open({ http: port })).rejects.toThrow(AuthenticationError);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['403', refusingKlap],
    ['1003', (request: SeenRequest): Answer => (request.path === '/app' ? movedAes(request) : { status: 404 })],
  ])('says that third-party access is off where it is refused with %s', async (_, handle) => {
    const { port } = await httpDevice(handle);
    await expect(open({ http: port })).rejects.toThrow(ThirdPartyDisabledError);
  });

  test('says that something else is there', async () => {
    const { port } = await httpDevice(() => ({ status: 404 }));
    await expect(open({ http: port })).rejects.toThrow(ProtocolError);
  });

  test('is not searched any further when the signal fires', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { port } = await httpDevice(() => {
      controller.abort(reason);
      return { fault: 'hang' };
    });
    const connection = connectTo({ address: `127.0.0.1:${port}` });
    await expect(connection.open(controller.signal)).rejects.toBe(reason);
  });
});

describe('an address', () => {
  test('with a port is HTTP, or else a legacy device', async () => {
    const { port } = await legacy();
    // What a legacy device reads of HTTP is the beginning of a frame: it waits for the rest.
    const link = await connectTo({ address: `127.0.0.1:${port}` }, { timeoutMs: 100 }).open(signal);
    expect(link.transport.protocol).toBe('xor');
    const first = await connectTo({ address: `127.0.0.1:${port}` }, { ports: await ports({ xor: port }) }).open(signal);
    expect(first.transport.protocol).toBe('xor');
    const { port: web } = await httpDevice(new KlapDevice().handle);
    expect((await connectTo({ address: `127.0.0.1:${web}` }).open(signal)).transport.protocol).toBe('klap2');
  });

  test('with a scheme is that alone', async () => {
    const { port } = await legacy();
    expect((await connectTo({ address: `xor://127.0.0.1:${port}` }).open(signal)).payload).toBe('iot');
    const web = connectTo({ address: `http://127.0.0.1:${port}` }, { timeoutMs: 100 });
    await expect(web.open(signal)).rejects.toThrow(DeviceTimeoutError);
    const found = await ports({ xor: port });
    expect((await connectTo({ address: 'xor://127.0.0.1' }, { ports: found }).open(signal)).payload).toBe('iot');
  });
});

describe('a hint', () => {
  test.each([
    ['xor', 'iot'],
    ['klap', 'iot'],
    ['klap2', 'iot'],
    ['klap2', 'smart'],
    ['aes', 'smart'],
    ['tpap', 'smart'],
  ] as const)('of %s with %s is followed without a word', async (protocol, payload) => {
    const hint = { ...HINT, protocol, payload, port: await closedPort() };
    const link = await connectTo({ address: '127.0.0.1', hint }).open(signal);
    expect([link.transport.protocol, link.payload]).toEqual([protocol, payload]);
  });

  test('leads to its link, always the same', async () => {
    const { port } = await httpDevice(new KlapDevice(ACCOUNT).handle);
    const connection = connectTo({ address: '127.0.0.1', hint: { ...HINT, port } }, { credentials: ACCOUNT });
    const link = await connection.open(signal);
    expect(await link.transport.exchange('{}', signal)).toBe('{"error_code":0,"result":{}}');
    expect(await connection.open(signal)).toBe(link);
    connection.close();
    await link.transport.exchange('{}', signal);
    link.transport.close();
  });
});

describe('a firmware update', () => {
  const failing = async (link: { transport: { exchange(text: string, signal: AbortSignal): Promise<string> } }) =>
    link.transport.exchange('{}', signal).then(
      () => undefined,
      (error: unknown) => error,
    );

  test('from KLAP to TPAP is noticed after three failures', async () => {
    const old = new KlapDevice(ACCOUNT);
    let handle: Handler = old.handle;
    const { port } = await httpDevice((request) => handle(request));
    const hint = { ...HINT, port };
    const deps = { credentials: ACCOUNT, ports: await ports({ http: port }) };
    const connection = connectTo({ address: '127.0.0.1', hint }, deps);
    const before = await connection.open(signal);
    await before.transport.exchange('{}', signal);
    handle = oneOf(tpap(), () => ({ status: 403 }));
    for (let failure = 0; failure < 3; failure += 1) {
      const link = await connection.open(signal);
      expect(link).toBe(before);
      expect(await failing(link)).toBeInstanceOf(ThirdPartyDisabledError);
    }
    const after = await connection.open(signal);
    expect(after.transport.protocol).toBe('tpap');
    expect(await after.transport.exchange('{}', signal)).toBe('{"error_code":0,"result":{}}');
  });

  test('from the legacy protocol to KLAP is noticed', async () => {
    const { port } = await httpDevice(new KlapDevice({ ...ACCOUNT, version: 1 }).handle);
    const hint = { ...HINT, protocol: 'xor', payload: 'iot', port: await closedPort() } as const;
    const deps = { credentials: ACCOUNT, ports: await ports({ http: port }) };
    const connection = connectTo({ address: '127.0.0.1', hint }, deps);
    for (let failure = 0; failure < 3; failure += 1) {
      expect(await failing(await connection.open(signal))).toBeInstanceOf(DeviceRefusedError);
    }
    const { transport, payload } = await connection.open(signal);
    expect([transport.protocol, payload]).toEqual(['klap', 'iot']);
  });

  test('that did not happen leaves the link as it was, and it is not searched for at every turn', async () => {
    const hint = { ...HINT, port: await closedPort() };
    const connection = connectTo({ address: '127.0.0.1', hint }, { ports: await ports({}) });
    const link = await connection.open(signal);
    for (let failure = 0; failure < 3; failure += 1) await failing(link);
    await expect(connection.open(signal)).rejects.toThrow(DeviceRefusedError);
    expect(await connection.open(signal)).toBe(link);
  });

  test('is not what wrong credentials, silence or single failures look like', async () => {
    const answers: Answer[] = [];
    const other = new KlapDevice({ username: 'x', password: 'y' });
    const { port } = await httpDevice((request) => answers.shift() ?? other.handle(request));
    const connection = connectTo(
      { address: '127.0.0.1', hint: { ...HINT, port } },
      { credentials: ACCOUNT, timeoutMs: 50 },
    );
    const link = await connection.open(signal);
    for (let failure = 0; failure < 4; failure += 1) expect(await failing(link)).toBeInstanceOf(AuthenticationError);
    answers.push({ fault: 'hang' }, { fault: 'hang' }, { fault: 'hang' });
    for (let failure = 0; failure < 3; failure += 1) expect(await failing(link)).toBeInstanceOf(DeviceTimeoutError);
    answers.push({ status: 500 }, { status: 500 });
    for (let failure = 0; failure < 2; failure += 1) expect(await failing(link)).toBeInstanceOf(ProtocolError);
    expect(await connection.open(signal)).toBe(link);
  });
});
