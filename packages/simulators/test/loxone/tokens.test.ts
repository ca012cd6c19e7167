import { describe, expect, it } from 'vitest';
import { ManualClock, startMiniserver } from '../../src/index.ts';
import { TestClient, type TokenAnswer } from './test-client.ts';

const HOUR_MS = 3_600_000;

describe('a token', () => {
  it('logs in on another connection', async () => {
    await using miniserver = await startMiniserver();
    const first = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    const second = await TestClient.connect(miniserver);
    await second.exchangeKeys();
    expect((await second.withToken('authwithtoken', token)).code).toBe(200);
    expect(miniserver.ledger.logins.map((login) => login.kind)).toEqual(['getjwt', 'authwithtoken']);
    expect(miniserver.ledger.tokens).toHaveLength(1);
    first.close();
    second.close();
  });

  it.each([
    ['SHA256 from 10.4', {}, 'SHA256', 200],
    ['not SHA1 from 10.4', {}, 'SHA1', 401],
    ['SHA1 before 10.4', { firmware: '10.3.11.25' }, 'SHA1', 200],
    ['not SHA256 before 10.4', { firmware: '10.3.11.25' }, 'SHA256', 401],
    ['SHA1 when told so', { tokenHash: 'SHA1' }, 'SHA1', 200],
  ] as const)('is proven with %s', async (_, options, algorithm, code) => {
    await using miniserver = await startMiniserver(options);
    const client = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    expect((await client.withToken('authwithtoken', token, algorithm)).code).toBe(code);
    client.close();
  });

  it('may come in the clear instead of a hash from 11.2', async () => {
    await using miniserver = await startMiniserver({ firmware: '11.2.1.1' });
    const client = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    expect((await client.encrypted(`authwithtoken/${token}/exporter`)).code).toBe(200);
    client.close();
  });

  it('is replaced by refreshjwt: the old one is worth nothing any more', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    const { token: old } = miniserver.ledger.tokensAlive[0]!;
    const { code, value } = await client.withToken('jdev/sys/refreshjwt', old);
    const fresh = (value as TokenAnswer).token;
    expect(code).toBe(200);
    expect(fresh).not.toBe(old);
    expect(miniserver.ledger.tokens.map((token) => token.state)).toEqual(['replaced', 'alive']);
    expect((await client.withToken('authwithtoken', old)).code).toBe(401);
    expect((await client.withToken('authwithtoken', fresh)).code).toBe(200);
    client.close();
  });

  it('is only prolonged by refreshtoken before 10.0.9.13', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1));
    await using miniserver = await startMiniserver({ firmware: '10.0.9.12', clock });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const { token, validUntil } = (await client.logIn({ command: 'gettoken' })).value;
    clock.advance(60_000);
    const { value } = await client.withToken('jdev/sys/refreshtoken', token, 'SHA1');
    expect(value).toEqual({ validUntil: validUntil + 60, tokenRights: 4, unsecurePass: false });
    expect(miniserver.ledger.tokens).toMatchObject([{ token, state: 'alive' }]);
    client.close();
  });

  it('is replaced by refreshtoken from 10.0.9.13', async () => {
    await using miniserver = await startMiniserver({ firmware: '10.0.9.13' });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const { token } = (await client.logIn({ command: 'gettoken' })).value;
    const { value } = await client.withToken('jdev/sys/refreshtoken', token, 'SHA1');
    expect((value as TokenAnswer).token).toMatch(/^[0-9A-F]{40}$/);
    expect((value as TokenAnswer).token).not.toBe(token);
    client.close();
  });

  it('can be checked and killed', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    expect(await client.withToken('jdev/sys/checktoken', token)).toMatchObject({
      code: 200,
      value: { tokenRights: 4 },
    });
    expect((await client.withToken('jdev/sys/killtoken', token)).code).toBe(200);
    expect(miniserver.ledger.tokens).toMatchObject([{ state: 'killed' }]);
    expect(miniserver.ledger.tokensAlive).toEqual([]);
    expect((await client.withToken('jdev/sys/checktoken', token)).code).toBe(401);
    client.close();
  });

  it.each([
    ['checktoken', '10.0.8.1'],
    ['refreshjwt', '10.1.8.3'],
  ])('cannot be used with %s on firmware %s', async (command, firmware) => {
    await using miniserver = await startMiniserver({ firmware });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    await client.logIn({ command: 'gettoken' });
    expect((await client.encrypted(`jdev/sys/${command}/00/exporter`)).code).toBe(404);
    client.close();
  });

  it.each(['refreshjwt', 'refreshtoken', 'checktoken', 'killtoken'])('needs a login before %s', async (command) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.encrypted(`jdev/sys/${command}/00/exporter`)).code).toBe(400);
    client.close();
  });

  it.each(['refreshjwt', 'checktoken', 'killtoken'])('is refused by %s in the clear or malformed', async (command) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    expect((await client.command(`jdev/sys/${command}/00/exporter`)).code).toBe(400);
    expect((await client.encrypted(`jdev/sys/${command}/00/%zz`)).code).toBe(400);
    expect((await client.encrypted(`jdev/sys/${command}/00/exporter`)).code).toBe(401);
    client.close();
  });

  it('lives 28 days as app token and 4 hours as web token, and takes its connection with it', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1));
    const limits = { idleTimeoutMs: Number.POSITIVE_INFINITY };
    await using miniserver = await startMiniserver({ clock, limits, eventsPerSecond: 0 });
    const [app, web] = [await TestClient.connect(miniserver), await TestClient.connect(miniserver)];
    for (const client of [app, web]) await client.exchangeKeys();
    await app.logIn({ permission: 4 });
    await web.logIn({ permission: 2 });
    clock.advance(4 * HOUR_MS - 1);
    expect(miniserver.ledger.tokensAlive).toHaveLength(2);
    clock.advance(1);
    expect(await web.closed).toEqual({ code: 1000, reason: 'token expired' });
    clock.advance(28 * 24 * HOUR_MS - 4 * HOUR_MS);
    expect((await app.closed).code).toBe(1000);
    expect(miniserver.ledger.tokens.map((token) => token.state)).toEqual(['expired', 'expired']);
  });

  it('keeps its connection when it was refreshed in time', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1));
    await using miniserver = await startMiniserver({ clock, limits: { tokenLifetimeMs: 60_000 }, eventsPerSecond: 0 });
    const client = await TestClient.loggedIn(miniserver);
    clock.advance(50_000);
    await client.withToken('jdev/sys/refreshjwt', miniserver.ledger.tokensAlive[0]!.token);
    clock.advance(50_000);
    expect((await client.command('jdev/sps/LoxAPPversion3')).code).toBe(200);
    clock.advance(10_000);
    expect((await client.closed).code).toBe(1000);
  });
});
