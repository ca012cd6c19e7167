import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@device-exporters/exporter/testing';
import { type Ledger, type Miniserver, type MiniserverOptions, startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connected, createSharedTime, ended, endings, follow, letWaitPass, startFollowing } from './followed.ts';
import { passTime } from './in-time.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function loginsOf({ logins }: Ledger): [kind: string, code: number][] {
  return logins.map(({ kind, code }) => [kind, code]);
}

function statesOf({ tokens }: Ledger): string[] {
  return tokens.map(({ state }) => state);
}

/** A Miniserver and an exporter in one time, which stands still. */
async function followInSharedTime(miniserver: MiniserverOptions = {}, config = {}) {
  const { clock, miniserverClock } = createSharedTime();
  const followed = await follow({ miniserver: { ...miniserver, clock: miniserverClock }, clock, config });
  await connected(followed.app);
  return { ...followed, clock };
}

describe('a token', () => {
  test('serves one connection after the other', async () => {
    await using followed = await followInSharedTime();
    const { app, miniserver, clock } = followed;
    for (const count of [1, 2]) {
      await miniserver.faults.drop();
      await ended(app, count);
      await letWaitPass(app, clock);
      await connected(app);
    }
    expect(loginsOf(miniserver.ledger)).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 200],
      ['authwithtoken', 200],
    ]);
    expect(statesOf(miniserver.ledger)).toEqual(['alive']);
  });

  test('says when it expires', async () => {
    await using followed = await followInSharedTime({ limits: { tokenLifetimeMs: 5 * HOUR_MS } });
    const { app, miniserver } = followed;
    const expirySeconds = (miniserver.ledger.tokens[0]?.expiresAtMs ?? 0) / 1_000;
    const page = await app.scrape();
    expect(page.value('loxone_token_expiry_timestamp_seconds', { miniserver: 'home' })).toBe(Math.floor(expirySeconds));
  });

  test('is not known of where there is none', async () => {
    await using followed = await follow({ miniserver: { generation: 1, firmware: '8.2.10.14' } });
    expect((await connected(followed.app)).lines('loxone_token_expiry_timestamp_seconds')).toEqual([]);
  });

  test('is asked for as one of the web, from the same installation each time', async () => {
    const asked: string[] = [];
    for (const _ of ['first', 'second']) {
      await using followed = await follow({ miniserver: { port: 0 } });
      await connected(followed.app);
      const { commands } = followed.miniserver.ledger;
      const [, , , , , permission = '', uuid = '', info = ''] =
        commands.find(({ command }) => command.startsWith('jdev/sys/getjwt/'))?.command.split('/') ?? [];
      expect([permission, info]).toEqual(['2', 'loxone-exporter']);
      asked.push(uuid);
    }
    expect(asked[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{16}$/);
    expect(asked[0]).toBe(asked[1]);
  });

  test('that is refused costs one attempt, then the password serves', async () => {
    await using followed = await followInSharedTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.expireTokens();
    expect(await ended(app)).toMatchObject({ reason: 'closed' });
    await letWaitPass(app, clock);
    await connected(app);
    expect(loginsOf(miniserver.ledger)).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 401],
      ['getjwt', 200],
    ]);
    const page = await app.scrape();
    expect(page.value('loxone_authentication_failures_total')).toBe(1);
    expect(statesOf(miniserver.ledger)).toEqual(['expired', 'alive']);
  });

  test('that has expired by our own watch is not even tried', async () => {
    await using followed = await followInSharedTime({ limits: { tokenLifetimeMs: HOUR_MS } });
    const { app, miniserver, clock } = followed;
    miniserver.faults.blockLogins(HOUR_MS);
    await miniserver.faults.drop();
    await ended(app);
    await letWaitPass(app, clock);
    expect(await ended(app, 2)).toMatchObject({ reason: 'blocked' });
    await letWaitPass(app, clock);
    await connected(app);
    expect(loginsOf(miniserver.ledger)).toEqual([
      ['getjwt', 200],
      ['getjwt', 200],
    ]);
  });

  test('whose hash the Miniserver makes by the older algorithm is replaced by means of the password', async () => {
    // A user whose password is older than firmware 10.4, on a Miniserver that holds tokens to that too.
    await using followed = await followInSharedTime({ passwordHash: 'SHA1', tokenHash: 'SHA1' });
    const { app, miniserver, clock } = followed;
    await miniserver.faults.drop();
    await ended(app);
    await letWaitPass(app, clock);
    await connected(app);
    expect(loginsOf(miniserver.ledger)).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 401],
      ['getjwt', 200],
    ]);
  });
});

describe('a token is renewed before it expires', () => {
  test.each([
    ['9.3.2.20', 'jdev/sys/refreshtoken', ['alive']],
    ['10.0.9.26', 'jdev/sys/refreshtoken', ['replaced', 'replaced', 'replaced', 'alive']],
    ['14.5.12.28', 'jdev/sys/refreshjwt', ['replaced', 'replaced', 'replaced', 'alive']],
  ])('with firmware %s by %s, and the connection lives on', async (firmware, command, states) => {
    const limits = { tokenLifetimeMs: 4 * MINUTE_MS };
    await using followed = await followInSharedTime({ generation: 1, firmware, limits });
    const { app, miniserver, clock } = followed;
    const { ledger } = miniserver;
    const refreshes = () => ledger.commands.filter((sent) => sent.command.startsWith(`${command}/`));
    for (const count of [1, 2, 3]) {
      const expiry = ledger.tokens.at(-1)?.expiresAtMs ?? 0;
      await passTime(app, clock, 2 * MINUTE_MS + 1_000);
      await ledger.until(() => refreshes().length === count && refreshes().at(-1)?.code === 200);
      await until('the new expiry is known', async () => {
        const seconds = (await app.scrape()).value('loxone_token_expiry_timestamp_seconds') ?? 0;
        return seconds * 1_000 > expiry;
      });
    }
    expect(refreshes().map(({ encryption, code }) => [encryption, code])).toEqual(Array(3).fill(['fenc', 200]));
    expect(statesOf(ledger)).toEqual(states);
    expect(ledger.logins).toHaveLength(1);
    expect(ledger.connectionsOpened).toBe(1);
    expect(endings(app)).toEqual([]);

    // The new one is the one to go on with.
    await miniserver.faults.drop();
    await ended(app);
    await letWaitPass(app, clock);
    await connected(app);
    expect(loginsOf(ledger).at(-1)).toEqual(['authwithtoken', 200]);
    await app.stop();
    expect(ledger.tokensAlive).toEqual([]);
  });

  test('and again a minute later where that was refused', async () => {
    const limits = { tokenLifetimeMs: 6 * MINUTE_MS };
    await using followed = await followInSharedTime({ limits });
    const { app, miniserver, clock } = followed;
    miniserver.faults.answerWith('jdev/sys/refreshjwt', { code: 500 });
    await passTime(app, clock, 3 * MINUTE_MS + 1_000);
    expect(await app.logged('the Miniserver does not renew the token; trying again')).toMatchObject({ code: 500 });
    await passTime(app, clock, MINUTE_MS);
    await miniserver.ledger.until(({ tokens }) => tokens.length === 2);
    expect(statesOf(miniserver.ledger)).toEqual(['replaced', 'alive']);
    expect(endings(app)).toEqual([]);
  });
});

describe('on stop a token', () => {
  test('is given back', async () => {
    await using followed = await followInSharedTime();
    await followed.app.stop();
    const { ledger } = followed.miniserver;
    expect(statesOf(ledger)).toEqual(['killed']);
    expect(ledger.commands.at(-1)?.command).toMatch(/^jdev\/sys\/killtoken\//);
    await ledger.until(({ connections }) => connections[0]?.closeCode === 1000);
  });

  test('that cannot be given back holds nothing up', async () => {
    await using followed = await followInSharedTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.hangOn('jdev/sys/killtoken');
    const stopping = app.stop();
    await miniserver.ledger.until(({ commands }) => /killtoken/.test(commands.at(-1)?.command ?? ''));
    await clock.advance(3_000);
    await stopping;
    expect(await app.logged('the token could not be given back; it will expire by itself')).toMatchObject({
      level: 'WARN',
      miniserver: 'home',
    });
  });

  test('is given back too when its Miniserver leaves the configuration', async () => {
    await using other = await startMiniserver({ eventsPerSecond: 0 });
    await using followed = await followInSharedTime();
    const { host, port, sslPort, user, password } = other;
    const entry = { name: 'other', host, port, ssl_port: sslPort, username: user, password };
    await followed.app.reload({ miniservers: [entry] });
    expect(statesOf(followed.miniserver.ledger)).toEqual(['killed']);
  });
});

describe('with token_file', () => {
  /** Follows until connected, then stops; returns the log. */
  async function followOnce(miniserver: Miniserver, config: object, entry = {}) {
    await using app = await startFollowing(miniserver, { config, entry });
    await app.logged('connected');
    await app.stop();
    return app.records;
  }

  test('a token is kept over a restart, for its owner alone', async () => {
    await using folder = temporaryFolder();
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const token_file = join(folder.path, 'tokens.json');
    await followOnce(miniserver, { token_file });
    expect(statesOf(miniserver.ledger)).toEqual(['alive']);
    expect(statSync(token_file).mode & 0o777).toBe(0o600);
    const records = await followOnce(miniserver, { token_file });
    expect(loginsOf(miniserver.ledger)).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 200],
    ]);
    expect(JSON.stringify(records)).not.toContain(miniserver.ledger.tokens[0]?.token);
  });

  test('that belongs to one Miniserver alone it is kept too', async () => {
    await using folder = temporaryFolder();
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const entry = { token_file: join(folder.path, 'tokens.json') };
    await followOnce(miniserver, {}, entry);
    await followOnce(miniserver, {}, entry);
    expect(loginsOf(miniserver.ledger).map(([kind]) => kind)).toEqual(['getjwt', 'authwithtoken']);
  });

  test('a renewed token is the one that is kept', async () => {
    await using folder = temporaryFolder();
    const token_file = join(folder.path, 'tokens.json');
    await using followed = await followInSharedTime({ limits: { tokenLifetimeMs: 4 * MINUTE_MS } }, { token_file });
    const { app, miniserver, clock } = followed;
    await passTime(app, clock, 2 * MINUTE_MS + 1_000);
    await miniserver.ledger.until(({ tokens }) => tokens.length === 2);
    await until('the file holds it', () =>
      readFileSync(token_file, 'utf8').includes(miniserver.ledger.tokens[1]?.token ?? ''),
    );
    await app.stop();
    expect(statesOf(miniserver.ledger)).toEqual(['replaced', 'alive']);
  });

  test('that several Miniservers share, each has its own token', async () => {
    await using folder = temporaryFolder();
    const token_file = join(folder.path, 'tokens.json');
    await using one = await startMiniserver({ eventsPerSecond: 0 });
    await using two = await startMiniserver({ eventsPerSecond: 0, generation: 1, firmware: '9.3.2.20' });
    for (const _ of ['first', 'second']) {
      await followOnce(one, { token_file });
      await followOnce(two, { token_file }, { name: 'barn' });
    }
    expect(loginsOf(one.ledger)).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 200],
    ]);
    expect(loginsOf(two.ledger)).toEqual([
      ['gettoken', 200],
      ['authwithtoken', 200],
    ]);
  });

  test('a token of another user is not tried', async () => {
    await using folder = temporaryFolder();
    const token_file = join(folder.path, 'tokens.json');
    await using before = await startMiniserver({ eventsPerSecond: 0, user: 'before' });
    await followOnce(before, { token_file });
    await using after = await startMiniserver({ eventsPerSecond: 0, user: 'after' });
    await followOnce(after, { token_file });
    expect(loginsOf(after.ledger)).toEqual([['getjwt', 200]]);
  });

  test.each([
    ['no JSON at all', 'mangled { secret-looking', 'the token file cannot be read; logging in with the password'],
    ['nothing', '', 'the token file cannot be read; logging in with the password'],
    [
      'no token where one should be',
      JSON.stringify({ 'exporter@127.0.0.1/home': { token: 7 } }),
      'the token file holds no usable token; logging in with the password',
    ],
  ])('that holds %s one is warned, logged in, and the file is good again', async (_, content, message) => {
    await using folder = temporaryFolder();
    const token_file = join(folder.path, 'tokens.json');
    writeFileSync(token_file, content);
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const records = await followOnce(miniserver, { token_file });
    expect(records.find(({ msg }) => msg === message)).toMatchObject({ level: 'WARN', file: token_file });
    expect(JSON.stringify(records)).not.toContain('secret-looking');
    await followOnce(miniserver, { token_file });
    expect(loginsOf(miniserver.ledger).map(([kind]) => kind)).toEqual(['getjwt', 'authwithtoken']);
  });

  test('that cannot be written one is warned and everything else goes on', async () => {
    await using folder = temporaryFolder();
    const token_file = join(folder.path, 'no-such-folder', 'tokens.json');
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const records = await followOnce(miniserver, { token_file });
    const message = 'the token file cannot be written; the token will not outlive this process';
    expect(records.filter(({ msg }) => msg === message)).toMatchObject([{ level: 'WARN', file: token_file }]);
    expect(existsSync(token_file)).toBe(false);
  });
});
