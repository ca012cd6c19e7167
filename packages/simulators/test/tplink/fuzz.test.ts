import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { AesClient } from './client/aes-client.ts';
import { send } from './client/http.ts';
import { KlapClient } from './client/klap-client.ts';
import { askXor, frame } from './client/xor-client.ts';

const RUNS = { numRuns: 150 };

/** Writes bytes to a port, and is content with whatever comes of it. */
function hurl(host: string, port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.on('data', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.setTimeout(100, () => socket.destroy());
  });
}

function bodies(): fc.Arbitrary<Buffer> {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom('{"method":"login","params":{}}', '{"method":"handshake"}'),
  );
  return fc.oneof(fc.uint8Array({ maxLength: 100 }), text).map((bytes) => Buffer.from(bytes as string));
}

async function isAlive(device: TplinkDevice): Promise<void> {
  using client = await new KlapClient(device).login(device.user, device.password);
  expect(await client.ask({ method: 'get_device_info' })).toMatchObject({ error_code: 0 });
}

describe('random bytes do not bring it down', () => {
  it('on the web server', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap', alsoSpeaks: ['klap2', 'aes'] });
    const paths = ['/', '/app', '/app/handshake1', '/app/handshake2', '/app/request?seq=1', '/stok=AA/ds', '/%'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), bodies(), fc.string(), async (path, body, cookie) => {
        const headers = { Cookie: `TP_SESSIONID=${encodeURIComponent(cookie)}` };
        const { status } = await send({ address: plug, path, body, headers });
        expect([200, 400, 403, 404, 500]).toContain(status);
      }),
      RUNS,
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) =>
        hurl(plug.host, plug.httpPort, bytes),
      ),
      { numRuns: 30 },
    );
    expect(plug.ledger.malformed).toBeGreaterThan(0);
    await isAlive(plug);
  });

  it('behind a login', async () => {
    await using plug = await startTplinkDevice({ model: 'p304m' });
    using client = await new KlapClient(plug).login(plug.user, plug.password);
    const params = fc.oneof(
      fc.jsonValue(),
      fc.record({ requests: fc.jsonValue() }),
      fc.record({ device_id: fc.constantFrom(...plug.childIds, 'x'), requestData: fc.jsonValue() }),
      fc.record({ start_index: fc.jsonValue() }),
    );
    const methods = [
      'multipleRequest',
      'control_child',
      'get_child_device_list',
      'get_device_info',
      '__proto__',
      'toString',
    ];
    const request = fc.oneof(fc.jsonValue(), fc.record({ method: fc.constantFrom(...methods), params }));
    await fc.assert(
      fc.asyncProperty(request, async (message) => {
        const answer = JSON.parse(await client.askText(JSON.stringify(message))) as { readonly error_code: number };
        expect(answer.error_code).toBeTypeOf('number');
      }),
      RUNS,
    );
  });

  it('behind an AES handshake', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    using client = await new AesClient(plug).handshake();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (message) => {
        await client.ask(message as object).then(
          () => undefined,
          () => undefined,
        );
      }),
      { numRuns: 50 },
    );
    await (await client.handshake()).login(plug.user, plug.password, 1);
  });

  it('over XOR', async () => {
    await using strip = await startTplinkDevice({ model: 'hs300', transport: 'xor' });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) =>
        hurl(strip.host, strip.xorPort, bytes),
      ),
      { numRuns: 30 },
    );
    const request = fc.dictionary(fc.constantFrom('system', 'emeter', 'context', '__proto__'), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(request, (message) => hurl(strip.host, strip.xorPort, frame(JSON.stringify(message)))),
      { numRuns: 50 },
    );
    expect(await askXor(strip, { system: { get_sysinfo: {} } })).toMatchObject({ system: {} });
  });

  it('on the ports of discovery', async () => {
    await using both = await startTplinkDevice({ model: 'hs110', discovery: 'both' });
    const socket = createSocket('udp4');
    const ports = fc.constantFrom(both.xorPort, both.discoveryPort);
    await fc.assert(
      fc.asyncProperty(ports, fc.uint8Array({ maxLength: 80 }), async (port, bytes) => {
        const { datagrams } = both.ledger;
        await new Promise<void>((resolve) => socket.send(bytes, port, both.host, () => resolve()));
        await both.ledger.until((ledger) => ledger.datagrams > datagrams);
      }),
      RUNS,
    );
    socket.close();
    expect(await askXor(both, { system: { get_sysinfo: {} } })).toMatchObject({ system: {} });
  });
});
