import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppUnderTest } from '@device-exporters/exporter/testing';
import type { FakeClock } from '@device-exporters/retry/testing';
import type { Ledger } from '@device-exporters/simulators';
import { startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import {
  connected,
  createSharedTime,
  ended,
  endings,
  entryOf,
  type Followed,
  follow,
  letWaitPass,
  startFollowing,
} from './followed.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WRONG = 'Tr0ub4dor-3 is wrong';
const RIGHT = 'correct horse battery';

/** An exporter with the wrong password, in a time that stands still. */
async function followWithWrongPassword(
  options: { readonly firmware?: string } = {},
): Promise<Followed & { clock: FakeClock }> {
  const { clock, miniserverClock } = createSharedTime();
  const miniserver = { generation: 1, password: RIGHT, clock: miniserverClock, ...options } as const;
  const followed = await follow({ miniserver, entry: { password: WRONG }, clock });
  return { ...followed, clock };
}

/** Lets so many further attempts fail. */
async function letFail(app: AppUnderTest, clock: FakeClock, times: number): Promise<void> {
  const before = endings(app).length;
  for (let count = 1; count <= times; count += 1) {
    await letWaitPass(app, clock);
    await ended(app, before + count);
  }
}

/** Seconds between the first login and each of them. */
function loginTimes({ logins }: Ledger): number[] {
  return logins.map(({ atMs }) => (atMs - (logins[0]?.atMs ?? 0)) / 1_000);
}

describe('a wrong password', () => {
  test('is said clearly: which Miniserver, which user, what to do; and never what it is', async () => {
    await using followed = await followWithWrongPassword();
    const { app, clock } = followed;
    expect(await ended(app)).toMatchObject({
      level: 'ERROR',
      miniserver: 'home',
      reason: 'authentication',
      msg: 'login refused; check user and password',
      err: 'the Miniserver refuses the login of "exporter": user or password is wrong (code 401)',
    });
    await letFail(app, clock, 2);
    expect(endings(app).map(({ level }) => level)).toEqual(['ERROR', 'ERROR', 'ERROR']);
    const log = JSON.stringify(app.records);
    for (const form of [WRONG, encodeURIComponent(WRONG), RIGHT]) expect(log).not.toContain(form);
  });

  test('shows in the metrics and in /healthz', async () => {
    await using followed = await followWithWrongPassword();
    const { app, clock } = followed;
    await ended(app);
    await letFail(app, clock, 2);
    const page = await app.scrape();
    expect(page.value('loxone_authentication_failures_total', { miniserver: 'home' })).toBe(3);
    expect(page.value('loxone_reconnects_total', { reason: 'authentication' })).toBe(3);
    expect(page.value('loxone_exporter_connected', { miniserver: 'home' })).toBe(0);
    expect(page.value('loxone_exporter_up')).toBe(1);
    expect(page.lines('loxone_control_value')).toEqual([]);
    const view = { name: 'home', connected: false, last_update: null, controls_discovered: 0, controls_exported: 0 };
    expect(await app.health()).toEqual({ status: 503, body: { status: 'unhealthy', miniservers: [view] } });
  });

  test.each([
    ['8.2.10.14', 'authenticate'],
    ['9.3.2.20', 'gettoken'],
    ['14.5.12.28', 'getjwt'],
  ])('is tried one way only, with firmware %s: %s', async (firmware, kind) => {
    await using followed = await followWithWrongPassword({ firmware });
    await ended(followed.app);
    expect(followed.miniserver.ledger.logins.map((login) => [login.kind, login.code])).toEqual([[kind, 401]]);
  });

  test('is tried twice within 40 s at most, and then once a minute at most', async () => {
    await using followed = await followWithWrongPassword();
    const { app, clock, miniserver } = followed;
    await ended(app);
    await letFail(app, clock, 6);
    const times = loginTimes(miniserver.ledger);
    expect(times).toHaveLength(7);
    expect(times.filter((seconds) => seconds <= 40).length).toBeLessThanOrEqual(2);
    const gaps = times.slice(2).map((seconds, index) => seconds - (times[index + 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
    // And a corrected one is noticed within 120 s.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(110);
  });

  test('that is corrected on the Miniserver is noticed at the next attempt', async () => {
    await using followed = await followWithWrongPassword();
    const { app, clock, miniserver } = followed;
    await ended(app);
    await letFail(app, clock, 2);
    await miniserver.faults.changePassword(WRONG);
    await letWaitPass(app, clock);
    await connected(app);
    expect(await app.health()).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  test('that is corrected in the configuration works as soon as that is read again', async () => {
    await using followed = await followWithWrongPassword();
    const { app, miniserver } = followed;
    await ended(app);
    await app.reload({ miniservers: [entryOf(miniserver)] });
    await connected(app);
    expect(miniserver.ledger.logins.map(({ ok }) => ok)).toEqual([false, true]);
  });

  test.each([
    ['the key password_file', (file: string) => ({ entry: { password: undefined, password_file: file } })],
    [
      'the variable LOXONE_PASSWORD_FILE',
      (file: string) => ({ entry: { password: undefined }, environment: { LOXONE_PASSWORD_FILE: file } }),
    ],
  ])('in a file, by %s, is read again for each attempt', async (_, settings) => {
    await using folder = temporaryFolder();
    const file = join(folder.path, 'password');
    writeFileSync(file, `${WRONG}\n`);
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ generation: 1, password: RIGHT, clock: miniserverClock });
    await using app = await startFollowing(miniserver, { ...settings(file), clock });
    expect(await ended(app)).toMatchObject({ reason: 'authentication' });
    writeFileSync(file, `${RIGHT}\n`);
    await letWaitPass(app, clock);
    await connected(app);
    expect(miniserver.ledger.logins.map(({ ok }) => ok)).toEqual([false, true]);
    expect(JSON.stringify(app.records)).not.toContain(RIGHT);
  });
});

describe('a login that was right and no longer is', () => {
  test('costs the token one attempt, the password another, and then the long wait', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using followed = await follow({ miniserver: { clock: miniserverClock }, clock });
    const { app, miniserver } = followed;
    await connected(app);
    await miniserver.faults.changePassword(RIGHT);
    expect(await ended(app)).toMatchObject({ reason: 'closed' });
    await letWaitPass(app, clock);
    expect(await ended(app, 2)).toMatchObject({ reason: 'authentication', nextAttemptSeconds: 45 });
    await letFail(app, clock, 2);
    const kinds = miniserver.ledger.failedLogins.map(({ kind }) => kind);
    expect(kinds).toEqual(['authwithtoken', 'getjwt', 'getjwt', 'getjwt']);
    const page = await app.scrape();
    expect(page.value('loxone_authentication_failures_total')).toBe(4);
  });

  test('is counted anew after a success', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ clock: miniserverClock });
    miniserver.faults.rejectLogins();
    await using app = await startFollowing(miniserver, { clock });
    await ended(app);
    await letFail(app, clock, 1);
    miniserver.faults.acceptLogins();
    await letWaitPass(app, clock);
    await connected(app);
    miniserver.faults.rejectLogins();
    await miniserver.faults.drop();
    await ended(app, 3);
    await letFail(app, clock, 1);
    expect(endings(app).map(({ reason, nextAttemptSeconds }) => [reason, nextAttemptSeconds])).toEqual([
      ['authentication', 45],
      ['authentication', 65],
      ['closed', 1],
      ['authentication', 45],
    ]);
  });
});

describe('a disabled user', () => {
  test('is told apart from a wrong password', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ clock: miniserverClock });
    await miniserver.faults.disableUser();
    await using app = await startFollowing(miniserver, { clock });
    expect(await ended(app)).toMatchObject({
      level: 'ERROR',
      reason: 'authentication',
      err: 'the Miniserver refuses the login of "exporter": the user is disabled (code 423)',
      nextAttemptSeconds: 45,
    });
    miniserver.faults.enableUser();
    await letWaitPass(app, clock);
    await connected(app);
  });

  test('is asked for once per attempt, and keeps its token', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using followed = await follow({ miniserver: { clock: miniserverClock }, clock });
    const { app, miniserver } = followed;
    await connected(app);
    await miniserver.faults.disableUser();
    expect(await ended(app)).toMatchObject({ reason: 'authentication' });
    await letFail(app, clock, 2);
    miniserver.faults.enableUser();
    await letWaitPass(app, clock);
    await connected(app);
    expect(miniserver.ledger.logins.map(({ kind, code }) => [kind, code])).toEqual([
      ['getjwt', 200],
      ['authwithtoken', 423],
      ['authwithtoken', 423],
      ['authwithtoken', 200],
    ]);
  });
});

describe('a blocked address', () => {
  test('stays away for as long as the Miniserver says', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ clock: miniserverClock });
    miniserver.faults.blockLogins(600_000);
    await using app = await startFollowing(miniserver, { clock });
    const ending = await ended(app);
    expect(ending).toMatchObject({ level: 'WARN', miniserver: 'home', reason: 'blocked', nextAttemptSeconds: 600 });
    await letWaitPass(app, clock);
    await connected(app);
    expect(miniserver.ledger.connectionsOpened).toBe(2);
    expect(miniserver.ledger.logins.map(({ ok }) => ok)).toEqual([true]);
  });

  test('stays away for an hour at most, whatever is said', async () => {
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ clock: miniserverClock });
    miniserver.faults.blockLogins(10 * 3_600_000);
    await using app = await startFollowing(miniserver, { clock });
    expect(await ended(app)).toMatchObject({ reason: 'blocked', nextAttemptSeconds: 3_600 });
  });

  test.each([403, 429])('is known by code %d as well, and left alone for a minute', async (code) => {
    const { clock, miniserverClock } = createSharedTime();
    await using miniserver = await startMiniserver({ clock: miniserverClock });
    miniserver.faults.answerWith('jdev/sys/getjwt', { code });
    await using app = await startFollowing(miniserver, { clock });
    expect(await ended(app)).toMatchObject({ reason: 'blocked', nextAttemptSeconds: 60 });
    await letWaitPass(app, clock);
    await connected(app);
  });

  test('by failures of our own is waited for as well, and then the right password works', async () => {
    const { clock, miniserverClock } = createSharedTime();
    const limits = { failedLogins: 2, blockMs: 300_000 };
    const miniserver = { password: RIGHT, clock: miniserverClock, limits };
    await using followed = await follow({ miniserver, entry: { password: WRONG }, clock });
    const { app } = followed;
    await ended(app);
    await letFail(app, clock, 2);
    expect(endings(app).map(({ reason }) => reason)).toEqual(['authentication', 'authentication', 'blocked']);
    expect(endings(app).at(-1)?.['nextAttemptSeconds']).toBeGreaterThan(200);
    await followed.miniserver.faults.changePassword(WRONG);
    await letWaitPass(app, clock);
    await connected(app);
    expect(followed.miniserver.ledger.failedLogins).toHaveLength(2);
  });
});
