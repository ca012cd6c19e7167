import { describe, expect, it } from 'vitest';
import { ManualClock, startMiniserver } from '../../src/index.ts';
import { http } from './http.ts';
import { TestClient } from './test-client.ts';

const STATE = 'jdev/sps/LoxAPPversion3';

/** Looks at something after letting a little time pass. */
function advancing<T>(clock: ManualClock, look: () => T): () => T {
  return () => {
    clock.advance(50);
    return look();
  };
}

describe('a Miniserver on command', () => {
  it('lets tokens expire and cuts their connections with 1000', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    miniserver.faults.expireTokens();
    expect(await client.closed).toEqual({ code: 1000, reason: 'token expired' });
    const next = await TestClient.connect(miniserver);
    await next.exchangeKeys();
    expect((await next.withToken('authwithtoken', token)).code).toBe(401);
    next.close();
  });

  it('rejects so many logins of any kind, or all until told', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    miniserver.faults.rejectLogins(2);
    expect((await client.logIn()).code).toBe(401);
    expect((await http(miniserver, '/data/LoxAPP3.json', { basic: 'exporter:secret' })).status).toBe(401);
    expect((await client.logIn()).code).toBe(200);
    miniserver.faults.rejectLogins();
    const { token } = miniserver.ledger.tokensAlive[0]!;
    for (let attempt = 0; attempt < 4; attempt += 1) expect((await client.logIn()).code).toBe(401);
    expect((await client.withToken('authwithtoken', token)).code).toBe(401);
    miniserver.faults.acceptLogins();
    expect((await client.logIn()).code).toBe(200);
    expect(miniserver.ledger.failedLogins).toHaveLength(7);
    client.close();
  });

  it('blocks everyone for a while', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock });
    miniserver.faults.blockLogins(90_000);
    const client = await TestClient.connect(miniserver);
    expect(await client.closed).toMatchObject({ code: 4003, reason: expect.stringMatching(/\(90\)$/) });
    expect((await http(miniserver, '/data/LoxAPP3.json', { basic: 'exporter:secret' })).status).toBe(403);
    clock.advance(90_000);
    (await TestClient.loggedIn(miniserver)).close();
  });

  it('changes the password: 4005, no token lives, only the new password is right', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    await miniserver.faults.changePassword('better');
    expect((await client.closed).code).toBe(4005);
    expect(miniserver.ledger.tokensAlive).toEqual([]);
    expect(miniserver.password).toBe('better');
    const next = await TestClient.connect(miniserver);
    await next.exchangeKeys();
    expect((await next.logIn({ password: 'secret' })).code).toBe(401);
    expect((await next.logIn({ password: 'better' })).code).toBe(200);
    next.close();
  });

  it('closes with 4006 when the user is disabled', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    await miniserver.faults.disableUser();
    expect((await client.closed).code).toBe(4006);
    expect((await http(miniserver, `/${STATE}`, { basic: 'exporter:secret' })).status).toBe(423);
  });

  it('hangs at a step of the login', async () => {
    await using miniserver = await startMiniserver();
    miniserver.faults.hangOn('jdev/sys/getjwt');
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    void client.logIn().catch(() => undefined);
    await miniserver.ledger.until((ledger) =>
      ledger.commands.some(({ command }) => command.startsWith('jdev/sys/getjwt/')),
    );
    client.send('keepalive');
    await miniserver.ledger.until((ledger) => ledger.keepalives === 1);
    expect(client.received.every((message) => message.identifier === 0)).toBe(true);
    expect(miniserver.ledger.logins).toEqual([]);
    const next = await TestClient.loggedIn(miniserver);
    for (const open of [client, next]) open.close();
  });

  it('answers a command with another code, value or broken text, as often as told', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    miniserver.faults.answerWith(STATE, { code: 500 }, 2);
    miniserver.faults.answerWith('jdev/cfg/api', { code: 200, value: "{'version':'17.0'}" });
    miniserver.faults.answerWith('jdev/sys/getkey', { code: 200, raw: '{"LL":{"value":"un"escaped' });
    expect((await client.command(STATE)).code).toBe(500);
    expect((await client.encrypted(STATE)).code).toBe(500);
    expect((await client.command(STATE)).code).toBe(200);
    expect((await client.command('jdev/cfg/api')).value).toBe("{'version':'17.0'}");
    client.send('jdev/sys/getkey');
    expect((await client.next(0)).payload.toString()).toBe('{"LL":{"value":"un"escaped');
    client.close();
  });

  it('sends the structure file slowly over WebSocket and HTTP', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const client = await TestClient.loggedIn(miniserver);
    const size = Buffer.byteLength(miniserver.house.structureText());
    miniserver.faults.slowStructure(size);
    const download = http(miniserver, '/data/LoxAPP3.json', { basic: 'exporter:secret' });
    client.send('data/LoxAPP3.json');
    await miniserver.ledger.until(({ commands }) => commands.at(-1)?.command === 'data/LoxAPP3.json');
    clock.advance(100);
    client.send(STATE);
    await miniserver.ledger.until(({ connections }) => connections[0]!.commands.length > 0);
    expect(client.received.some((message) => message.identifier === 1)).toBe(false);
    const soon = { interval: 1, timeout: 5000 };
    await expect
      .poll(
        advancing(clock, () => client.received.some(({ identifier }) => identifier === 1)),
        soon,
      )
      .toBe(true);
    expect((await client.answer()).code).toBe(200);
    expect(miniserver.ledger.overlaps).toMatchObject([{ command: STATE }]);
    let body: string | undefined;
    void download.then((answer) => {
      body = answer.body;
    });
    await expect
      .poll(
        advancing(clock, () => body),
        soon,
      )
      .toBe(miniserver.house.structureText());
    client.close();
  });

  it('gives up a slow download when the client leaves', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const client = await TestClient.loggedIn(miniserver);
    miniserver.faults.slowStructure(100);
    client.send('data/LoxAPP3.json');
    await miniserver.ledger.until(({ commands }) => commands.at(-1)?.command === 'data/LoxAPP3.json');
    client.close();
    await miniserver.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
    miniserver.faults.slowStructure(undefined);
    (await TestClient.loggedIn(miniserver)).close();
  });

  it.each([
    ['a garbage header', 'sendGarbageHeader', ['fe99887766554433']],
    ['an unknown identifier', 'sendUnknownIdentifier', ['032a000000000000']],
    ['a truncated table', 'sendTruncatedTable', [/^0302000028000000$/, /^[0-9a-f]{80}$/]],
    ['a hostile text length', 'sendHostileTextLength', [/^03030000/, /^0{64}ffffff7f626f6f6d$/]],
    ['an absurd header length', 'sendAbsurdHeaderLength', ['03020000ffffffff', /^[0-9a-f]{48}$/]],
    ['states that nobody knows', 'sendUnknownStates', ['0302000018000000', /^efbeadde/]],
  ] as const)('sends %s', async (_, fault, frames) => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(7);
    client.socket.removeAllListeners('message');
    const found: string[] = [];
    client.socket.on('message', (data: Buffer) => found.push(data.toString('hex')));
    await miniserver.faults[fault]();
    await expect.poll(() => found.length).toBe(frames.length);
    for (const [index, frame] of frames.entries()) expect(found[index]).toMatch(frame);
    client.close();
  });

  it('sends frames and raw bytes of any kind', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(7);
    client.socket.removeAllListeners('message');
    const found: [string, boolean][] = [];
    client.socket.on('message', (data: Buffer, isBinary) => found.push([data.toString(), isBinary]));
    await miniserver.faults.sendFrames('text', Buffer.from('bytes'));
    await expect
      .poll(() => found)
      .toEqual([
        ['text', false],
        ['bytes', true],
      ]);
    miniserver.faults.sendRaw(Buffer.from([0xff, 0xff, 0xff]));
    expect((await client.closed).code).toBe(1006);
  });

  it('has nothing planned any more after clear', async () => {
    await using miniserver = await startMiniserver({ limits: { failedLogins: 1 } });
    const { faults } = miniserver;
    faults.rejectLogins();
    faults.hangOn('jdev/sys/getkey2');
    faults.answerWith('jdev/cfg/api', { code: 500 });
    faults.slowStructure(1);
    faults.blockLogins(1000);
    await faults.disableUser();
    faults.clear();
    const client = await TestClient.loggedIn(miniserver);
    expect((await client.command('jdev/cfg/api')).code).toBe(200);
    client.send('data/LoxAPP3.json');
    await client.next(1);
    client.close();
  });
});
