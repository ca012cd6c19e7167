import { afterEach, describe, expect, it } from 'vitest';
import { startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { AesClient } from './client/aes-client.ts';
import { send } from './client/http.ts';

const INFO = { method: 'get_device_info' };
let open: Disposable[] = [];

afterEach(() => {
  for (const client of open) client[Symbol.dispose]();
  open = [];
});

function client(device: TplinkDevice): AesClient {
  const made = new AesClient(device);
  open.push(made);
  return made;
}

async function loggedIn(device: TplinkDevice, version: 1 | 2): Promise<AesClient> {
  return (await client(device).handshake()).login(device.user, device.password, version);
}

describe('an AES plug', () => {
  it('takes the older login where discovery tells no version', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await loggedIn(plug, 1);
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0, result: { model: 'P100' } });
    await expect(loggedIn(plug, 2)).rejects.toThrow('-1501');
    expect(plug.ledger).toMatchObject({ logins: 1, failedLogins: 1 });
    // It ends the connection after every reply.
    expect(plug.ledger.connectionsOpened).toBe(5);
  });

  it('takes the newer login where it is told to', async () => {
    await using plug = await startTplinkDevice({ model: 'p110', transport: 'aes' });
    const session = await loggedIn(plug, 2);
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0 });
    await expect(loggedIn(plug, 1)).rejects.toThrow('-1501');
  });

  it('wants a new handshake after a wrong login', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await client(plug).handshake();
    await expect(session.login(plug.user, 'wrong', 1)).rejects.toThrow('-1501');
    await expect(session.login(plug.user, plug.password, 1)).rejects.toThrow('9999');
    await (await session.handshake()).login(plug.user, plug.password, 1);
  });

  it('answers nothing before the login, and nothing without its token', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await client(plug).handshake();
    await expect(session.ask(INFO)).rejects.toThrow('9999');
    expect(plug.ledger.refused).toBe(1);
  });

  it('refuses batches as some P100 do', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await loggedIn(plug, 1);
    const answer = await session.ask({ method: 'multipleRequest', params: { requests: [INFO] } });
    expect(answer).toEqual({ error_code: -1003 });
  });

  it('locks the door after too many wrong logins', async () => {
    await using plug = await startTplinkDevice({ model: 'p100', lockOut: { failures: 2, forMs: 60_000 } });
    const attempt = async (password: string) => (await client(plug).handshake()).login(plug.user, password, 1);
    await expect(attempt('wrong')).rejects.toThrow('-1501');
    await expect(attempt('wrong')).rejects.toThrow('-1501');
    await expect(attempt(plug.password)).rejects.toThrow('-40404');
    plug.faults.pardon();
    await attempt(plug.password);
  });

  it.each([
    ['not JSON', '-1003'],
    [{ method: 'get_device_info' }, '-1002'],
    [{ method: 'handshake', params: { key: 'no key' } }, '-1010'],
    [{ method: 'handshake' }, '-1010'],
    [{ method: 'securePassthrough', params: { request: 'AAAA' } }, '9999'],
  ])('refuses %j with %s', async (message, code) => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    await expect(client(plug).post('/app', message)).rejects.toThrow(code);
  });

  it('refuses what it cannot decrypt', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await loggedIn(plug, 1);
    const message = { method: 'securePassthrough', params: { request: 'AAAA' } };
    await expect(session.post('/app', message)).rejects.toThrow('-1005');
  });

  it('fails without a body, and does not know KLAP', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    expect((await send({ address: plug, path: '/app' })).status).toBe(500);
    expect((await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) })).status).toBe(404);
  });

  it('sends an answer in the clear now and then', async () => {
    await using plug = await startTplinkDevice({ model: 'p100' });
    const session = await loggedIn(plug, 1);
    plug.faults.answerUnencrypted();
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0 });
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0 });
  });
});
