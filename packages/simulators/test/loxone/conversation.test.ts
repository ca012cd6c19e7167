import { describe, expect, it } from 'vitest';
import { ManualClock, startMiniserver } from '../../src/index.ts';
import { http } from './http.ts';
import { TestClient } from './test-client.ts';

describe('a WebSocket connection', () => {
  it('is given on /ws/rfc6455 with the subprotocol remotecontrol and without compression', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver, { protocols: ['other', 'remotecontrol'] });
    expect(client.socket.protocol).toBe('remotecontrol');
    expect(client.socket.extensions).toBe('');
    client.close();
  });

  it('is refused without the subprotocol', async () => {
    await using miniserver = await startMiniserver();
    await expect(TestClient.connect(miniserver, { protocols: [] })).rejects.toThrow('400');
    await expect(TestClient.connect(miniserver, { protocols: ['chat'] })).rejects.toThrow('400');
    expect(miniserver.ledger.connectionsOpened).toBe(0);
  });

  it('is refused elsewhere', async () => {
    await using miniserver = await startMiniserver();
    expect((await http(miniserver, '/ws/rfc6455')).status).toBe(404);
  });

  it('answers in order, each answer as TEXT after a binary header of its own', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    for (const command of ['jdev/cfg/api', 'jdev/sys/getkey2/a', 'jdev/sys/getkey2/b']) client.send(command);
    const answers = [await client.answer(), await client.answer(), await client.answer()];
    expect(answers.map((answer) => answer.control)).toEqual(['dev/cfg/api', 'dev/sys/getkey2/a', 'dev/sys/getkey2/b']);
    expect(client.received[0]).toMatchObject({ asText: true, headers: [{ identifier: 0, estimated: false }] });
    client.close();
  });

  it('writes down who sends a command before the last one was answered', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.command('jdev/cfg/api');
    await client.command('jdev/cfg/api');
    expect(miniserver.ledger.overlaps).toEqual([]);
    client.send('jdev/sys/getkey2/a');
    client.send('keepalive');
    client.send('jdev/sys/getkey2/b');
    await client.answer();
    await client.answer();
    expect(miniserver.ledger.overlaps).toMatchObject([{ command: 'jdev/sys/getkey2/b', connection: 1 }]);
    client.close();
  });

  it('may ask apiKey as over HTTP', async () => {
    await using miniserver = await startMiniserver({ apiKey: { form: 'object' } });
    const client = await TestClient.connect(miniserver);
    const { value } = await client.command('jdev/cfg/apiKey');
    expect(value).toMatchObject({ version: miniserver.firmware, key: expect.stringMatching(/^[0-9A-F]+$/) });
    client.close();
  });

  it('answers after a delay when told to', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, wire: { answerDelayMs: 500 }, eventsPerSecond: 0 });
    const client = await TestClient.connect(miniserver);
    client.send('jdev/cfg/api');
    client.send('keepalive');
    await client.next(6);
    clock.advance(499);
    expect(client.received).toHaveLength(1);
    clock.advance(1);
    expect((await client.answer()).code).toBe(200);
    client.close();
  });

  it.each([
    ['getPublicKey, which is for HTTP only', 'jdev/sys/getPublicKey', 400],
    ['a command that needs a login', 'jdev/sps/enablebinstatusupdate', 400],
    ['an unknown command', 'jdev/sys/whatever', 400],
    ['nothing', '', 400],
    ['a command with too much behind it', 'jdev/sys/getkey/more', 400],
  ])('answers %s before the login', async (_, command, code) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    expect((await client.command(command)).code).toBe(code);
    client.close();
  });

  it('answers an unknown command with 404 after the login', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    expect((await client.command('jdev/sys/whatever')).code).toBe(404);
    client.close();
  });

  it('refuses what is binary and survives what is too long', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    client.socket.send(Buffer.from('jdev/cfg/api'));
    expect((await client.answer()).code).toBe(400);
    client.send('x'.repeat(70_000));
    expect((await client.closed).code).toBe(1009);
    const next = await TestClient.connect(miniserver);
    expect((await next.command('jdev/cfg/api')).code).toBe(200);
    next.close();
  });

  it('survives bytes that are no WebSocket frame', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    client.transport!.write(Buffer.alloc(64, 0xff));
    expect((await client.closed).code).toBe(1002);
    (await TestClient.loggedIn(miniserver)).close();
  });

  it('survives every command it knows with nonsense behind it', async () => {
    await using miniserver = await startMiniserver({ limits: { failedLogins: 1000 } });
    const client = await TestClient.loggedIn(miniserver);
    const names = ['keyexchange', 'enc', 'fenc', 'getkey2', 'getjwt', 'gettoken', 'refreshjwt', 'killtoken', 'getkey'];
    const tails = ['', '/', '//', '/%', '/a/b/c/d/e', '/\0', `/${'/'.repeat(50)}`, '/💥', '/%00/%00'];
    for (const command of names.flatMap((name) => tails.map((tail) => `jdev/sys/${name}${tail}`))) {
      expect([200, 400, 401, 404]).toContain((await client.command(command)).code);
    }
    client.close();
  });

  it('refuses a command that would change the house and writes it down as a violation', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    expect((await client.command('jdev/sps/io/0f869a64-0200-0a9b-ffffd4c75dbaf53c/on')).code).toBe(403);
    expect((await client.encrypted('jdev/sys/reboot')).code).toBe(403);
    expect(miniserver.ledger.violations.map((violation) => violation.command)).toEqual([
      'jdev/sps/io/0f869a64-0200-0a9b-ffffd4c75dbaf53c/on',
      'jdev/sys/reboot',
    ]);
    client.close();
  });

  it('answers keepalive with a header alone, and counts it', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    client.send('keepalive');
    expect(await client.next(6)).toMatchObject({ headers: [{ identifier: 6, length: 0, estimated: false }] });
    expect(miniserver.ledger.keepalives).toBe(1);
    expect(miniserver.ledger.connections[0]!.keepalives).toBe(1);
    client.close();
  });

  it('is closed with 1000 after five silent minutes, which keepalives put off and pings do not', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const client = await TestClient.loggedIn(miniserver);
    clock.advance(200_000);
    client.send('keepalive');
    await client.next(6);
    clock.advance(200_000);
    const pong = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket.ping();
    await pong;
    expect(miniserver.ledger.connectionsOpen).toBe(1);
    clock.advance(100_000);
    expect(await client.closed).toEqual({ code: 1000, reason: 'idle' });
    await miniserver.ledger.until((ledger) => ledger.connectionsOpen === 0);
    expect(miniserver.ledger.connections[0]!.closedAtMs).toBe(500_000);
  });

  it('is answered 420 and closed when not logged in after the deadline', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const [slow, quick] = [await TestClient.connect(miniserver), await TestClient.loggedIn(miniserver)];
    await slow.command('jdev/cfg/api');
    clock.advance(10_000);
    expect((await slow.answer()).code).toBe(420);
    expect((await slow.closed).code).toBe(1000);
    expect((await quick.command('jdev/sps/LoxAPPversion3')).code).toBe(200);
    quick.close();
  });

  it('is closed with 4008 when no event slot is free, and apiKey says so', async () => {
    await using miniserver = await startMiniserver({ limits: { eventSlots: 1 }, apiKey: { form: 'object' } });
    const first = await TestClient.subscribed(miniserver);
    expect((await first.command('jdev/cfg/api')).value).toMatchObject({ hasEventSlots: false });
    expect((await first.command('jdev/sps/enablebinstatusupdate')).code, 'its own slot does not count').toBe(200);
    const second = await TestClient.loggedIn(miniserver);
    second.send('jdev/sps/enablebinstatusupdate');
    expect((await second.closed).code).toBe(4008);
    first.close();
    await miniserver.ledger.until((ledger) => ledger.connectionsOpen === 0);
    (await TestClient.subscribed(miniserver)).close();
  });

  it.each(['plain', 'glued', 'split'] as const)('carries everything with %s framing', async (framing) => {
    await using miniserver = await startMiniserver({ wire: { framing, estimateFromBytes: 1000 } });
    const client = await TestClient.subscribed(miniserver, { secure: true });
    client.send('data/LoxAPP3.json');
    const { payload, asText, headers } = await client.next(1);
    expect(JSON.parse(payload.toString())).toEqual(miniserver.house.structure);
    expect(asText).toBe(true);
    expect(headers.map((header) => header.estimated)).toEqual([true, false]);
    expect(headers[0]!.length).toBeGreaterThan(payload.length);
    expect(headers[1]!.length).toBe(payload.length);
    client.send('keepalive');
    await client.next(6);
    expect(client.values.size).toBe(miniserver.house.valueCount);
    client.close();
  });
});

describe('the ledger', () => {
  it('fails with the condition it waited for in vain', async () => {
    await using miniserver = await startMiniserver();
    await expect(miniserver.ledger.until((ledger) => ledger.keepalives > 0, 10)).rejects.toThrow('keepalives > 0');
  });
});
