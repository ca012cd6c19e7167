import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, startTplinkDevice, type TplinkDevice, type TplinkOptions } from '../../src/index.ts';
import { CredentialsError, StatusError } from './client/errors.ts';
import { send } from './client/http.ts';
import { KlapClient } from './client/klap-client.ts';

const INFO = { method: 'get_device_info' };
let open: Disposable[] = [];

afterEach(() => {
  for (const client of open) client[Symbol.dispose]();
  open = [];
});

function client(device: TplinkDevice, version: 1 | 2 = 2): KlapClient {
  const made = new KlapClient(device, version);
  open.push(made);
  return made;
}

async function loggedIn(device: TplinkDevice, version: 1 | 2 = 2): Promise<KlapClient> {
  return client(device, version).login(device.user, device.password);
}

describe('a KLAP v2 plug', () => {
  it('lets the account in and answers', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0, result: { model: 'P110', device_on: true } });
    expect(await session.ask({ method: 'get_energy_usage' })).toMatchObject({ error_code: 0 });
    expect(plug.ledger).toMatchObject({ logins: 1, failedLogins: 0, exchanges: 2, parallel: 0, connectionsPeak: 1 });
    expect(plug.ledger.handshakes.map(({ step, ok }) => [step, ok])).toEqual([
      ['handshake1', true],
      ['handshake2', true],
    ]);
  });

  it('shows wrong credentials in its first answer', async () => {
    await using plug = await startTplinkDevice();
    await expect(client(plug).login(plug.user, 'wrong')).rejects.toThrow(CredentialsError);
    await expect(client(plug).login(plug.user.toUpperCase(), plug.password)).rejects.toThrow(CredentialsError);
  });

  it.each([
    ['blank', '', ''],
    ['kasa-setup', 'kasa@tp-link.net', 'kasaSetup'],
    ['tapo-setup', 'test@tp-link.net', 'test'],
  ] as const)('lets in %s credentials before it belongs to anybody', async (credentials, user, password) => {
    await using plug = await startTplinkDevice({ credentials });
    expect([plug.user, plug.password]).toEqual([user, password]);
    await client(plug).login(user, password);
    await expect(client(plug).login('user@example.com', 'secret')).rejects.toThrow(CredentialsError);
  });

  it('refuses a second step that proves nothing, and one without a first', async () => {
    await using plug = await startTplinkDevice();
    const one = await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) });
    const [cookie = ''] = one.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^TP_SESSIONID=[0-9A-F]{32};TIMEOUT=86400$/);
    const headers = { Cookie: cookie.split(';')[0] };
    const two = { address: plug, path: '/app/handshake2', body: Buffer.alloc(32) };
    expect((await send({ ...two, headers })).status).toBe(403);
    expect((await send(two)).status).toBe(403);
    expect(plug.ledger.failedLogins).toBe(2);
  });

  it('refuses a seed that has not 16 bytes', async () => {
    await using plug = await startTplinkDevice();
    expect((await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(15) })).status).toBe(400);
    expect(plug.ledger.malformed).toBe(1);
  });

  it('keeps its memory when clients never come back for the second step', async () => {
    await using plug = await startTplinkDevice();
    for (let count = 0; count < 101; count += 1) {
      await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) });
    }
    await loggedIn(plug);
  });

  it('ends a session whose sequence jumps or stands still', async () => {
    await using plug = await startTplinkDevice();
    for (const step of [1, -1, 1_000]) {
      const session = await loggedIn(plug);
      await session.ask(INFO);
      session.sequence += step;
      await expect(session.ask(INFO)).rejects.toThrow();
    }
    expect(plug.ledger.refused).toBe(3);
  });

  it('may take any number that grows', async () => {
    await using plug = await startTplinkDevice({ session: { sequence: 'increasing' } });
    const session = await loggedIn(plug);
    session.sequence += 5;
    await session.ask(INFO);
    session.sequence -= 3;
    await expect(session.ask(INFO)).rejects.toThrow('403');
  });

  it('refuses a body that was changed', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    const path = `/app/request?seq=${session.sequence + 1}`;
    expect((await session.http.post(path, Buffer.alloc(64))).status).toBe(403);
    await expect(session.ask(INFO)).rejects.toThrow('403');
  });

  it.each(['', '?seq=', '?seq=one', '?seq=99999999999'])('refuses a request without a number: %j', async (query) => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    expect((await session.http.post(`/app/request${query}`, Buffer.alloc(64))).status).toBe(403);
  });

  it('does not like to get TIMEOUT back', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    session.http.cookie += ';TIMEOUT=86400';
    await expect(session.ask(INFO)).rejects.toThrow('403');
  });

  it('has room for one session', async () => {
    await using plug = await startTplinkDevice();
    const [first, second] = [await loggedIn(plug), await loggedIn(plug)];
    await second.ask(INFO);
    await expect(first.ask(INFO)).rejects.toThrow('403');
    await using roomy = await startTplinkDevice({ session: { single: false } });
    const [one, two] = [await loggedIn(roomy), await loggedIn(roomy)];
    await two.ask(INFO);
    await one.ask(INFO);
  });

  it('ends a session when its time is over', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    await using plug = await startTplinkDevice({ clock, session: { lifetimeSeconds: 1440 } });
    const session = await loggedIn(plug);
    clock.advance(1_439_000);
    await session.ask(INFO);
    clock.advance(1000);
    await expect(session.ask(INFO)).rejects.toThrow('403');
    expect(plug.ledger.refused).toBe(1);
  });

  it('answers what is no request with an error code', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    expect(JSON.parse(await session.askText('not JSON'))).toEqual({ error_code: -1003 });
    expect(await session.ask({})).toEqual({ error_code: -1008 });
    expect(plug.ledger.malformed).toBe(1);
  });

  it('may call the cookie by another name, and wants it back by the usual one', async () => {
    await using plug = await startTplinkDevice({ http: { cookieName: 'SESSIONID' } });
    await expect(loggedIn(plug)).rejects.toThrow('403');
  });

  it('says that other transports are gone', async () => {
    await using plug = await startTplinkDevice();
    const aes = await send({ address: plug, path: '/app', body: Buffer.from('{"method":"handshake"}') });
    expect(JSON.parse(aes.body.toString())).toEqual({ error_code: 1003 });
    expect((await send({ address: plug, path: '/' })).status).toBe(404);
  });
});

describe('KLAP with IOT payloads', () => {
  const sysinfo = { system: { get_sysinfo: {} } };

  it('is version 1 on older firmware', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110', transport: 'klap' });
    const session = await loggedIn(plug, 1);
    expect(await session.ask(sysinfo)).toMatchObject({ system: { get_sysinfo: { model: 'HS110(EU)' } } });
    await expect(client(plug, 2).login(plug.user, plug.password)).rejects.toThrow(CredentialsError);
  });

  it('is version 2 on the newest', async () => {
    await using strip = await startTplinkDevice({ model: 'hs300' });
    const session = await loggedIn(strip);
    expect(await session.ask(sysinfo)).toMatchObject({ system: { get_sysinfo: { child_num: 6 } } });
    expect(await session.ask([])).toEqual({ err_code: -3, err_msg: 'invalid argument' });
    await expect(client(strip, 1).login(strip.user, strip.password)).rejects.toThrow(CredentialsError);
  });
});

describe('the little web server', () => {
  async function page(options: TplinkOptions, headers: Record<string, string | string[]>, method = 'POST') {
    await using plug = await startTplinkDevice(options);
    const reply = await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16), headers, method });
    return { status: reply.status, type: reply.headers['content-type'] };
  }

  it('sees no body behind content-length in small letters', async () => {
    await using plug = await startTplinkDevice();
    const url = `http://${plug.host}:${plug.httpPort}/app/handshake1`;
    const stock = await fetch(url, { method: 'POST', body: Buffer.alloc(16) });
    expect([stock.status, stock.headers.get('content-type')]).toEqual([200, 'text/html']);
    await using lenient = await startTplinkDevice({ http: { contentLength: 'any' } });
    const good = await fetch(`http://${lenient.host}:${lenient.httpPort}/app/handshake1`, {
      ...{ method: 'POST', body: Buffer.alloc(16) },
    });
    expect((await good.arrayBuffer()).byteLength).toBe(48);
  });

  it('understands no chunks, and shows browsers a page', async () => {
    await using plug = await startTplinkDevice();
    const url = `http://${plug.host}:${plug.httpPort}/app/handshake1`;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.alloc(16));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as const;
    expect((await fetch(url, init)).status).toBe(500);
    expect(await page({}, {}, 'PUT')).toEqual({ status: 200, type: 'text/html' });
  });

  it('may end the connection after every reply', async () => {
    await using plug = await startTplinkDevice({ http: { closeAfterReply: true } });
    const session = await loggedIn(plug);
    await session.ask(INFO);
    expect(plug.ledger.connectionsOpened).toBe(3);
  });

  it('refuses what comes while another request is under way', async () => {
    await using plug = await startTplinkDevice({ http: { answerDelayMs: 100 } });
    const ask = () => send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) });
    const statuses = (await Promise.all([ask(), ask()])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 403]);
    expect(plug.ledger.parallel).toBe(1);
    expect(plug.ledger.connectionsPeak).toBe(2);
  });

  it('may answer in parallel, and still counts', async () => {
    await using plug = await startTplinkDevice({ http: { answerDelayMs: 100, parallel: 'answered' } });
    const ask = () => send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) });
    expect((await Promise.all([ask(), ask()])).map(({ status }) => status)).toEqual([200, 200]);
    expect(plug.ledger.parallel).toBe(1);
  });

  it('throws out whoever sends more than a device could hold', async () => {
    await using plug = await startTplinkDevice();
    const flood = send({ address: plug, path: '/app/request', body: Buffer.alloc(1024 * 1024) });
    await expect(flood).rejects.toThrow();
    await loggedIn(plug);
  });

  it('speaks IPv6 and any address out of 127.0.0.0/8', async () => {
    for (const host of ['::1', '127.8.9.10', 'localhost']) {
      await using plug = await startTplinkDevice({ host });
      expect(plug.host).toBe(host);
      await loggedIn(plug);
    }
  });
});

it('reports the status of a refused login', () => {
  expect(new StatusError(403).message).toBe('HTTP 403');
});
