import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { CodeError } from './client/errors.ts';
import { send } from './client/http.ts';
import { TpapClient } from './client/tpap-client.ts';

const INFO = { method: 'get_device_info' };
let open: Disposable[] = [];

afterEach(() => {
  for (const client of open) client[Symbol.dispose]();
  open = [];
});

function client(device: TplinkDevice): TpapClient {
  const made = new TpapClient(device);
  open.push(made);
  return made;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

async function loggedIn(device: TplinkDevice): Promise<TpapClient> {
  return client(device).login(sha1(device.password));
}

describe('a TPAP plug', () => {
  it('lets the account in and answers', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap', moving: false });
    const session = await loggedIn(plug);
    expect(await session.ask(INFO)).toMatchObject({ result: { model: 'P110' } });
    expect(await session.ask({ method: 'get_emeter_data' })).toMatchObject({ result: { power_mw: 118_000 } });
    expect(plug.ledger).toMatchObject({ logins: 1, exchanges: 2, refused: 0 });
  });

  it('tells how it wants to be talked to', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap', mac: '02:AA:BB:CC:DD:EE' });
    expect(await client(plug).step({ sub_method: 'discover' })).toEqual({
      mac: '02-AA-BB-CC-DD-EE',
      tpap: { tls: 0, dac: 0, noc: 0, pake: [2], user_hash_type: 0, port: plug.httpPort },
    });
  });

  it('takes credentials prepared in other ways', async () => {
    const passcodes = [
      [{ type: 'plain' }, 'user@example.com/secret'],
      [
        { type: 'password_shadow', passwordId: 3 },
        sha1(`${createHash('md5').update('user@example.com').digest('hex')}_02:AA:BB:CC:DD:EE`),
      ],
    ] as const;
    for (const [passcode, credential] of passcodes) {
      const tpap = { passcode, compressedShare: true, sessionField: 'sessionId' } as const;
      await using plug = await startTplinkDevice({ model: 'tpap', tpap, mac: '02aabbccddee' });
      await (await client(plug).login(credential)).ask(INFO);
    }
  });

  it('wants the other hash of admin and the other kind of passcode when it says so', async () => {
    const tpap = { userHashType: 1, pake: [0] } as const;
    await using plug = await startTplinkDevice({ model: 'tpap', tpap });
    await expect(loggedIn(plug)).rejects.toThrow('-1008');
    const username = createHash('sha256').update('admin').digest('hex').toUpperCase();
    await client(plug).login(sha1(plug.password), { username, passcode_type: 'default_userpw' });
  });

  it.each([
    { username: 'admin' },
    { user_random: 'AAAA' },
    { user_random: 7 },
    { cipher_suites: [2] },
    { encryption: ['aes_256_ccm'] },
    { stok: 'one' },
  ])('refuses to register with %j', async (fields) => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    await expect(client(plug).login(sha1(plug.password), fields)).rejects.toThrow('-1008');
  });

  it('knows wrong credentials at the last step', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    await expect(client(plug).login(sha1('wrong'))).rejects.toThrow('-1501');
    expect(plug.ledger).toMatchObject({ logins: 0, failedLogins: 1 });
  });

  it('locks the door after too many wrong logins', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap', lockOut: { failures: 1, forMs: 60_000 } });
    await expect(client(plug).login(sha1('wrong'))).rejects.toThrow('-1501');
    await expect(loggedIn(plug)).rejects.toThrow('-40404');
    await expect(client(plug).step({ sub_method: 'pake_share' })).rejects.toThrow('-40404');
    plug.faults.pardon();
    await loggedIn(plug);
  });

  it('counts exactly', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    const session = await loggedIn(plug);
    await session.ask(INFO);
    session.sequence += 1;
    await expect(session.ask(INFO)).rejects.toThrow('-40413');
  });

  it('says in the clear that a session is gone', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    const session = await loggedIn(plug);
    plug.faults.expireSessions();
    await expect(session.ask(INFO)).rejects.toThrow('-40401');
    expect(plug.ledger.refused).toBe(1);
  });

  it.each([
    ['not JSON', -1003],
    ['{"method":"logout"}', -1002],
    ['{"method":"login"}', -1008],
    ['{"method":"login","params":{"sub_method":"pake_share"}}', -1008],
    ['{"method":"login","params":{"sub_method":"pake_share","user_share":"AAAA","user_confirm":"AAAA"}}', -1501],
  ])('answers %s with %d', async (body, error_code) => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    const reply = await send({ address: plug, path: '/', body: Buffer.from(body) });
    expect(JSON.parse(reply.body.toString())).toEqual({ error_code });
  });

  it('turns away KLAP and AES', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap' });
    expect((await send({ address: plug, path: '/app/handshake1', body: Buffer.alloc(16) })).status).toBe(403);
    const aes = await send({ address: plug, path: '/app', body: Buffer.from('{}') });
    expect(JSON.parse(aes.body.toString())).toEqual({ error_code: 1003 });
    expect((await send({ address: plug, path: '/elsewhere' })).status).toBe(404);
  });

  it('says why', () => {
    expect(new CodeError(-1501).message).toBe('error code -1501');
  });
});
