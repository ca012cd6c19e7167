import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Ledger, MiniserverOptions } from '@device-exporters/simulators';
import { startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connected, createSharedTime, ended, endings, follow, letWaitPass, startFollowing } from './followed.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What went over the plain port: HTTP paths, and a line for each WebSocket. */
function saidInTheClear({ httpRequests, connections }: Ledger): string[] {
  const requests = httpRequests.filter(({ secure }) => !secure).map(({ path }) => path);
  return [...requests, ...connections.filter(({ secure }) => !secure).map(() => 'ws')];
}

describe('a Generation 2 is found out and spoken to over TLS', () => {
  test.each([1, 2] as const)('by the httpsStatus %d of its apiKey, before anybody logs in', async (httpsStatus) => {
    await using followed = await follow({ miniserver: { apiKey: { httpsStatus } } });
    await connected(followed.app);
    expect(saidInTheClear(followed.miniserver.ledger)).toEqual(['/jdev/cfg/apiKey']);
    expect(followed.miniserver.ledger.connectionsOpened).toBe(1);
    expect(await followed.app.logged('connected')).toMatchObject({ tls: true });
  });

  test('by its structure file, where apiKey does not tell', async () => {
    const { clock } = createSharedTime();
    await using followed = await follow({ miniserver: { apiKey: { extra: { httpsStatus: undefined } } }, clock });
    const { app, miniserver } = followed;
    await ended(app);
    await letWaitPass(app, clock);
    const page = await connected(app);
    expect(miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([false, true]);
    expect(page.value('loxone_reconnects_total', { reason: 'encryption' })).toBe(1);
    // The password went once, hashed and encrypted; what followed was the token.
    expect(miniserver.ledger.logins.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['getjwt', true],
      ['authwithtoken', true],
    ]);
  });

  test.each(['refusing', 'closed'] as const)('where its plain port is %s', async (plainPort) => {
    await using followed = await follow({ miniserver: { plainPort } });
    await connected(followed.app);
    expect(followed.miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([true]);
    expect(endings(followed.app)).toEqual([]);
  });

  test('and never again without, after a reconnection', async () => {
    const { clock } = createSharedTime();
    await using followed = await follow({ clock });
    const { app, miniserver } = followed;
    await connected(app);
    for (const count of [1, 2]) {
      await miniserver.faults.drop();
      await ended(app, count);
      await letWaitPass(app, clock);
      await connected(app);
    }
    expect(miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([true, true, true]);
    expect(saidInTheClear(miniserver.ledger)).toEqual(['/jdev/cfg/apiKey']);
  });

  test('and not without even if it has lost its TLS', async () => {
    const { clock } = createSharedTime();
    const before = await startMiniserver({ eventsPerSecond: 0 });
    const { port } = before;
    await using app = await startFollowing(before, { clock });
    await connected(app);
    await before.stop();
    await ended(app, 1);
    await using impostor = await startMiniserver({ generation: 1, port });
    for (const count of [2, 3]) {
      await letWaitPass(app, clock);
      expect(await ended(app, count)).toMatchObject({ reason: 'unreachable' });
    }
    expect(impostor.ledger.httpRequests).toEqual([]);
    expect(impostor.ledger.connections).toEqual([]);
  });
});

describe('a Generation 1 is spoken to as it can', () => {
  test('over ws', async () => {
    await using followed = await follow({ miniserver: { generation: 1 } });
    expect(await followed.app.logged('connected')).toMatchObject({ tls: false });
    expect(followed.miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([false]);
  });

  test.each(['use_encryption', 'force_encryption'])('but not at all with %s', async (key) => {
    // Nobody listens at port 1 of loopback.
    const entry = { [key]: true, ssl_port: 1 };
    const { clock } = createSharedTime();
    await using followed = await follow({ miniserver: { generation: 1 }, entry, clock });
    expect(await ended(followed.app)).toMatchObject({ reason: 'unreachable', miniserver: 'home' });
    await letWaitPass(followed.app, clock);
    await ended(followed.app, 2);
    expect(followed.miniserver.ledger.httpRequests).toEqual([]);
    expect(followed.miniserver.ledger.connections).toEqual([]);
  });
});

describe('encryption from the start', () => {
  test.each([
    ['use_encryption', 'open'],
    ['use_encryption', 'closed'],
    ['force_encryption', 'open'],
    ['force_encryption', 'closed'],
  ] as const)('with %s never touches a plain port that is %s', async (key, plainPort) => {
    await using followed = await follow({ miniserver: { plainPort }, entry: { [key]: true } });
    await connected(followed.app);
    expect(saidInTheClear(followed.miniserver.ledger)).toEqual([]);
    expect(followed.miniserver.ledger.connectionsOpened).toBe(1);
  });

  test('with force_encryption stays so over reconnections and restarts of the Miniserver', async () => {
    const { clock } = createSharedTime();
    await using followed = await follow({ clock, entry: { force_encryption: true } });
    const { app, miniserver } = followed;
    await connected(app);
    await miniserver.faults.outOfService({ refusedMs: Number.POSITIVE_INFINITY });
    await ended(app, 1);
    await letWaitPass(app, clock);
    expect(await ended(app, 2)).toMatchObject({ reason: 'unreachable' });
    await miniserver.faults.comeBack();
    await letWaitPass(app, clock);
    await connected(app);
    expect(saidInTheClear(miniserver.ledger)).toEqual([]);
  });
});

describe('the certificate of a Miniserver', () => {
  const SELF_SIGNED: MiniserverOptions = { generation: 2 };

  test('is accepted as it is by default, once with a word about it', async () => {
    const { clock } = createSharedTime();
    await using followed = await follow({ miniserver: SELF_SIGNED, clock });
    const { app, miniserver } = followed;
    await connected(app);
    await miniserver.faults.drop();
    await ended(app);
    await letWaitPass(app, clock);
    await connected(app);
    const words = app.records.filter(({ msg }) =>
      String(msg).includes('certificate of the Miniserver is not verified'),
    );
    expect(words).toMatchObject([{ miniserver: 'home' }]);
  });

  test('is refused with tls_verify, and nothing goes over ws instead', async () => {
    const { clock } = createSharedTime();
    await using followed = await follow({ miniserver: SELF_SIGNED, entry: { tls_verify: true }, clock });
    const { app, miniserver } = followed;
    const ending = await ended(app);
    expect(ending).toMatchObject({ level: 'WARN', miniserver: 'home', reason: 'encryption' });
    expect(ending['err']).toMatch(/^cannot get https:.*self.signed certificate/);
    expect((await app.scrape()).value('loxone_reconnects_total', { reason: 'encryption' })).toBe(1);
    await letWaitPass(app, clock);
    await ended(app, 2);
    expect(new Set(saidInTheClear(miniserver.ledger))).toEqual(new Set(['/jdev/cfg/apiKey']));
    expect(miniserver.ledger.logins).toEqual([]);
  });

  test.each(['refusing', 'closed'] as const)('is what is told of, where the plain port is %s', async (plainPort) => {
    const { clock } = createSharedTime();
    await using followed = await follow({ miniserver: { plainPort }, entry: { tls_verify: true }, clock });
    const ending = await ended(followed.app);
    expect(ending).toMatchObject({ reason: 'encryption', nextAttemptSeconds: 1 });
    expect(ending['err']).toMatch(/^cannot get https:.*self.signed certificate/);
  });

  test('is accepted where it comes from the CA file, without that word', async () => {
    await using folder = temporaryFolder();
    await using miniserver = await startMiniserver({ ...SELF_SIGNED, eventsPerSecond: 0 });
    const file = join(folder.path, 'ca.pem');
    writeFileSync(file, miniserver.certificatePem ?? '');
    await using app = await startFollowing(miniserver, { entry: { tls_verify: file } });
    await connected(app);
    expect(app.records.filter(({ msg }) => String(msg).includes('certificate'))).toEqual([]);
    expect(miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([true]);
  });

  test('is asked for at start: a CA file that is not there ends the exporter', async () => {
    const starting = follow({ entry: { tls_verify: '/nowhere/ca.pem' } });
    await expect(starting).rejects.toThrow(/miniservers\[0\]\.tls_verify: there is no CA file \/nowhere\/ca\.pem/);
  });

  test('is not to be had from a port that speaks no TLS', async () => {
    const plain = createServer(() => expect.unreachable());
    await once(plain.listen(0, '127.0.0.1'), 'listening');
    await using generation1 = await startMiniserver({ generation: 1 });
    const entry = { use_encryption: true, ssl_port: (plain.address() as AddressInfo).port };
    await using app = await startFollowing(generation1, { entry });
    expect(await ended(app)).toMatchObject({ reason: 'encryption' });
    expect(generation1.ledger.httpRequests).toEqual([]);
    plain.close();
  });
});

describe('an IPv6 host', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

  test.runIf(hasIpv6).each([1, 2] as const)('is reached as any other, Generation %d', async (generation) => {
    await using followed = await follow({ miniserver: { generation, host: '::1' } });
    const page = await connected(followed.app);
    expect(followed.miniserver.ledger.connections.map(({ secure }) => secure)).toEqual([generation === 2]);
    expect(page.value('loxone_authentication_failures_total')).toBe(0);
  });

  test.runIf(hasIpv6)('is the default name, without brackets', async () => {
    await using followed = await follow({ miniserver: { host: '::1' }, entry: { name: undefined } });
    await connected(followed.app, '::1');
  });
});
