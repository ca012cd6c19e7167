import { describe, expect, it } from 'vitest';
import { ManualClock, type MiniserverOptions, startMiniserver } from '../../src/index.ts';
import { AES_IV, AES_KEY, decrypt, encrypt, encryptSessionKey, hmac, passwordProof } from './client-crypto.ts';
import { INSTALLATION, TestClient } from './test-client.ts';

const HARD_USER = { user: 'user:with/colon Größe', password: 'pässwörd ✓ :/%+' };

/** Every way in, with what a Miniserver of that firmware expects. */
const WAYS_IN: [string, MiniserverOptions, (client: TestClient) => Promise<{ code: number }>][] = [
  ['getjwt with SHA256', { firmware: '14.5.12.28' }, (client) => client.logIn()],
  ['getjwt with SHA1', { firmware: '10.3.11.25' }, (client) => client.logIn()],
  ['getjwt without hashAlg', { passwordHash: 'unnamed' }, (client) => client.logIn()],
  ['getjwt answered encrypted', {}, (client) => client.logIn({ kind: 'fenc' })],
  ['getjwt for web', {}, (client) => client.logIn({ permission: 2 })],
  ['gettoken', { firmware: '9.0.7.26' }, (client) => client.logIn({ command: 'gettoken' })],
  ['gettoken on newer firmware', {}, (client) => client.logIn({ command: 'gettoken' })],
  ['authenticate', { firmware: '8.3.4.8' }, legacyLogin],
  ['authenticate on the last firmware with it', { firmware: '9.3.2.11' }, legacyLogin],
  ['authenticateEnc', { firmware: '8.3.4.8' }, encryptedLegacyLogin],
];

async function legacyLogin(client: TestClient): Promise<{ code: number }> {
  const key = (await client.command('jdev/sys/getkey')).value as string;
  return client.command(`authenticate/${hmac(key, `${HARD_USER.user}:${HARD_USER.password}`, 'SHA1')}`);
}

async function encryptedLegacyLogin(client: TestClient): Promise<{ code: number }> {
  const key = (await client.command('jdev/sys/getkey')).value as string;
  const hash = hmac(key, `${HARD_USER.user}:${HARD_USER.password}`, 'SHA1');
  return client.command(`authenticateEnc/${encrypt(`${hash}/${HARD_USER.user}`)}`);
}

describe.each([1, 2] as const)('logging in to a Generation %i', (generation) => {
  it.each(WAYS_IN)('works by %s', async (_, options, logIn) => {
    await using miniserver = await startMiniserver({ generation, ...HARD_USER, ...options });
    const client = await TestClient.connect(miniserver, { secure: generation === 2 });
    await client.exchangeKeys();
    expect(await logIn(client)).toMatchObject({ code: 200 });
    expect((await client.command('jdev/sps/LoxAPPversion3')).code).toBe(200);
    expect(miniserver.ledger.logins).toMatchObject([{ ok: true, code: 200, user: HARD_USER.user }]);
    client.close();
  });

  it('answers 401 to a wrong password, with the time of its last change', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 10, 30));
    await using miniserver = await startMiniserver({ generation, clock });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect(await client.logIn({ password: 'wrong' })).toMatchObject({
      code: 401,
      value: { lastEdit: '2024-06-01 10:30:00', unix: Date.UTC(2024, 5, 1, 10, 30) / 1000 },
    });
    expect(await client.command('jdev/sps/LoxAPPversion3')).toMatchObject({ code: 400 });
    expect(miniserver.ledger.failedLogins).toHaveLength(1);
    client.close();
  });
});

describe('a login', () => {
  it('gets a token of three parts and its terms', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const { value } = await client.logIn();
    expect(value).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      key: expect.stringMatching(/^[0-9A-F]{64}$/),
      validUntil: expect.any(Number),
      tokenRights: 4,
      unsecurePass: false,
    });
    const inFourWeeks = (Date.now() - Date.UTC(2009, 0, 1)) / 1000 + 28 * 86_400;
    expect(Math.abs(value.validUntil - inFourWeeks)).toBeLessThan(10);
    client.close();
  });

  it('gets 40 hex digits from gettoken before 10.2, and keys that are ASCII hex digits', async () => {
    await using miniserver = await startMiniserver({ firmware: '10.1.8.3' });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect(Buffer.from(await client.key(), 'hex').toString()).toMatch(/^[0-9A-F]{40}$/);
    expect((await client.logIn({ command: 'gettoken' })).value.token).toMatch(/^[0-9A-F]{40}$/);
    client.close();
  });

  it('accepts the key of the key exchange for a token hash', async () => {
    await using miniserver = await startMiniserver();
    const first = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    const second = await TestClient.connect(miniserver);
    const key = await decryptedExchange(second);
    expect(await second.encrypted(`authwithtoken/${hmac(key, token)}/exporter`)).toMatchObject({
      code: 200,
      value: { tokenRights: 4, unsecurePass: false },
    });
    expect((await second.command('jdev/sps/LoxAPPversion3')).code).toBe(200);
    first.close();
    second.close();
  });

  it('accepts each one-time key once', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    const key = await client.key();
    const command = `authwithtoken/${hmac(key, token)}/exporter`;
    expect((await client.encrypted(command)).code).toBe(200);
    expect((await client.encrypted(command)).code).toBe(401);
    client.close();
  });

  it('accepts no key that is too old', async () => {
    await using miniserver = await startMiniserver({ limits: { oneTimeKeyLifetimeMs: 0 } });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.logIn()).code).toBe(401);
    client.close();
  });

  it('burns the keys of a failed attempt', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const offer = await client.userKey();
    const path = (password: string) =>
      `jdev/sys/getjwt/${passwordProof('exporter', password, offer)}/exporter/4/${INSTALLATION}/test`;
    expect((await client.encrypted(path('wrong'))).code).toBe(401);
    expect((await client.encrypted(path('secret'))).code).toBe(401);
    client.close();
  });

  it('answers getkey2 for a user who does not exist as for one who does', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const [offer, again] = [await client.userKey('nobody'), await client.userKey('nobody')];
    expect(offer.salt).toBe(again.salt);
    expect((await client.logIn({ user: 'nobody' })).code).toBe(401);
    client.close();
  });

  it('is answered 423 when the user is disabled', async () => {
    await using miniserver = await startMiniserver();
    await miniserver.faults.disableUser();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.logIn()).code).toBe(423);
    miniserver.faults.enableUser();
    expect((await client.logIn()).code).toBe(200);
    client.close();
  });

  it.each([
    ['getjwt on firmware 10.1', '10.1.8.3', (client: TestClient) => client.encrypted('jdev/sys/getjwt/a/b/4/c/d')],
    ['gettoken on firmware 8', '8.3.4.8', (client: TestClient) => client.encrypted('jdev/sys/gettoken/a/b/4/c/d')],
    ['getkey2 on firmware 8', '8.3.4.8', (client: TestClient) => client.command('jdev/sys/getkey2/exporter')],
    ['authenticate on firmware 10', '10.2.3.26', (client: TestClient) => client.command('authenticate/00')],
    ['authenticateEnc after 9.3', '9.4.1.1', (client: TestClient) => client.command(`authenticateEnc/${encrypt('x')}`)],
  ])('is answered 404 by %s', async (_, firmware, attempt) => {
    await using miniserver = await startMiniserver({ firmware });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await attempt(client)).code).toBe(404);
    expect(miniserver.ledger.logins).toEqual([]);
    client.close();
  });

  it('is answered 400 when a token command comes in the clear', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    const proof = passwordProof('exporter', 'secret', await client.userKey());
    expect((await client.command(`jdev/sys/getjwt/${proof}/exporter/4/${INSTALLATION}/test`)).code).toBe(400);
    expect((await client.command(`authwithtoken/${proof}/exporter`)).code).toBe(400);
    client.close();
  });

  it.each([
    `jdev/sys/getjwt/00/exporter/4/${INSTALLATION}`,
    `jdev/sys/getjwt/00/exporter/3/${INSTALLATION}/info`,
    `jdev/sys/getjwt/00/exporter/4/098802e1-02b4-603c-ffff-eee000d80cfd/info`,
    `jdev/sys/getjwt/00/%E0%A4%A/4/${INSTALLATION}/info`,
    `jdev/sys/getjwt/00/exporter/4/${INSTALLATION}/%zz`,
    'jdev/sys/getkey2/%zz',
    'jdev/sys/getkey2',
    'authwithtoken/00',
    'authwithtoken/00/%zz',
  ])('is answered 400 when malformed: %s', async (command) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    expect((await client.encrypted(command)).code).toBe(400);
    expect(miniserver.ledger.logins).toEqual([]);
    client.close();
  });

  it('is refused with 4003 after too many failures, with the seconds to wait, and allowed again later', async () => {
    await using miniserver = await startMiniserver({ limits: { failedLogins: 3, blockMs: 60_000 } });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await client.logIn({ password: 'no' })).code).toBe(401);
    expect((await client.logIn()).code).toBe(429);
    const next = await TestClient.connect(miniserver);
    expect(await next.closed).toEqual({ code: 4003, reason: expect.stringMatching(/\(60\)$/) });
    miniserver.faults.pardon();
    const last = await TestClient.loggedIn(miniserver);
    for (const open of [client, last]) open.close();
  });

  it('that succeeds forgets the failures before it', async () => {
    await using miniserver = await startMiniserver({ limits: { failedLogins: 2 } });
    const client = await TestClient.connect(miniserver);
    await client.exchangeKeys();
    for (const password of ['no', 'secret', 'no', 'secret']) await client.logIn({ password });
    expect(miniserver.ledger.logins.map((login) => login.code)).toEqual([401, 200, 401, 200]);
    client.close();
  });
});

describe('the key exchange', () => {
  it.each([
    ['no base64', 'not%20base64', 400],
    ['base64 of something that RSA never made', Buffer.alloc(256, 1).toString('base64'), 401],
    ['a number beyond the modulus', Buffer.alloc(256, 0xff).toString('base64'), 401],
    ['a ciphertext of the wrong length', Buffer.alloc(100, 1).toString('base64'), 401],
  ])('is refused for %s', async (_, text, code) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    expect((await client.command(`jdev/sys/keyexchange/${text}`)).code).toBe(code);
    client.close();
  });

  it('is refused when the session key is not written as key:iv', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.connect(miniserver);
    const swapped = `${AES_IV.toString('hex')}:${AES_KEY.toString('hex')}`;
    const text = encryptSessionKey(await client.publicKey(), swapped);
    expect((await client.command(`jdev/sys/keyexchange/${text}`)).code).toBe(401);
    client.close();
  });
});

async function decryptedExchange(client: TestClient): Promise<string> {
  return decrypt((await client.exchangeKeys()).value as string);
}
