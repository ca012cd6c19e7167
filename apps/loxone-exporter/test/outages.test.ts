import { until } from '@device-exporters/exporter/testing';
import { describe, expect, test } from 'vitest';
import { connected, ended, endings, letWaitPass } from './followed.ts';
import { comeBack, followInTime, meetInTime, passTime } from './in-time.ts';

describe('a Miniserver that goes away', () => {
  test('out of service is lost at once and found again when it is back', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    const startMs = clock.monotonicMs();
    await miniserver.faults.outOfService({ refusedMs: Number.POSITIVE_INFINITY });
    expect(await ended(app)).toMatchObject({ reason: 'out_of_service' });
    expect((await app.scrape()).value('loxone_exporter_connected')).toBe(0);
    // Not a second has passed: no timeout was needed.
    expect(clock.monotonicMs()).toBe(startMs);
    await miniserver.faults.comeBack();
    await comeBack(followed);
    expect((await app.scrape()).lines('loxone_control_value').length).toBeGreaterThan(300);
  });

  test('for an update is found again when it is back, with every step of the way told once', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    await miniserver.faults.installUpdate({ refusedMs: 4_000, startingUpMs: 20_000 });
    await ended(app);
    for (let count = 2; (await app.scrape()).value('loxone_exporter_connected') === 0; count += 1) {
      await letWaitPass(app, clock);
      await until('this attempt has come to something', async () => {
        return endings(app).length >= count || (await app.scrape()).value('loxone_exporter_connected') === 1;
      });
    }
    const reasons = endings(app).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['out_of_service', 'unreachable', 'starting_up']));
    const told = endings(app).filter(({ level }) => level === 'WARN');
    expect(told.map(({ reason }) => reason)).toEqual(['out_of_service', 'unreachable', 'starting_up']);
    expect((await app.scrape()).value('loxone_authentication_failures_total')).toBe(0);
  });

  test('without a trace is unreachable, and found within seconds of its return by knocking', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.stopListening();
    await miniserver.faults.drop();
    await ended(app);
    for (const count of [2, 3, 4]) {
      await letWaitPass(app, clock);
      expect(await ended(app, count)).toMatchObject({ reason: 'unreachable' });
    }
    // The fourth wait, of some 8 s, is the first with knocks: every 5 s.
    expect(endings(app).at(-1)?.['nextAttemptSeconds']).toBeGreaterThan(5);
    await miniserver.faults.listenAgain();
    const startMs = clock.monotonicMs();
    await clock.advance(5_000);
    await connected(app);
    expect(clock.monotonicMs() - startMs).toBe(5_000);
    expect(miniserver.ledger.connectionsOpened).toBe(2);
  });

  test('for long is knocked at every 5 s, while attempts are half a minute apart', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.stopListening();
    await miniserver.faults.drop();
    while (!(Number(endings(app).at(-1)?.['nextAttemptSeconds']) >= 24)) await passTime(app, clock, 1_000);
    const { length } = endings(app);
    await passTime(app, clock, 10_000);
    expect(endings(app)).toHaveLength(length);
    await miniserver.faults.listenAgain();
    for (let second = 1; second <= 7; second += 1) await passTime(app, clock, 1_000);
    await connected(app);
    expect(endings(app)).toHaveLength(length);
  });

  test('before it was ever there is waited for from the start', async () => {
    await using followed = await meetInTime({}, (faults) => faults.stopListening());
    const { app, miniserver } = followed;
    const ending = await ended(app);
    expect(ending).toMatchObject({ level: 'WARN', reason: 'unreachable' });
    const url = `http://${miniserver.host}:${miniserver.port}/jdev/cfg/apiKey`;
    expect(ending['err']).toContain(`cannot get ${url}: connect ECONNREFUSED`);
    await miniserver.faults.listenAgain();
    await comeBack(followed);
  });
});

describe('the waits between attempts', () => {
  test('grow from 1 to 30 s and are short again after a success', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    await miniserver.faults.outOfService({ refusedMs: 0, startingUpMs: Number.POSITIVE_INFINITY });
    await ended(app);
    // The port opens a moment later.
    await clock.advance(0);
    await miniserver.faults.listenAgain();
    for (let count = 2; count <= 8; count += 1) {
      await letWaitPass(app, clock);
      expect(await ended(app, count)).toMatchObject({ reason: 'starting_up' });
    }
    const waits = endings(app).map(({ nextAttemptSeconds }) => Number(nextAttemptSeconds));
    for (const [index, nominal] of [1, 2, 4, 8, 16, 30, 30, 30].entries()) {
      expect(waits[index]).toBeLessThanOrEqual(nominal);
      expect(waits[index]).toBeGreaterThanOrEqual(Math.floor(nominal * 0.8));
    }
    await miniserver.faults.comeBack();
    await comeBack(followed);
    await miniserver.faults.drop();
    expect(await ended(app, 9)).toMatchObject({ nextAttemptSeconds: 1 });
    await comeBack(followed);
  });

  test('are not short again after a connection that never came to work', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.answerWith('jdev/sps/enablebinstatusupdate', { code: 500 }, 4);
    await miniserver.faults.drop();
    for (let count = 1; count <= 5; count += 1) {
      await ended(app, count);
      if (count < 5) await letWaitPass(app, clock);
    }
    expect(endings(app).map(({ reason }) => reason)).toEqual(['closed', ...Array(4).fill('protocol')]);
    expect(endings(app).at(-1)?.['nextAttemptSeconds']).toBeGreaterThan(10);
  });

  test('are told once, while the reason stays the same', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.answerWith('jdev/sps/enablebinstatusupdate', { code: 500 }, 3);
    await miniserver.faults.drop();
    for (let count = 1; count <= 4; count += 1) {
      await ended(app, count);
      await letWaitPass(app, clock);
    }
    await connected(app);
    expect(endings(app).map(({ level, msg }) => [level, msg])).toEqual([
      ['WARN', 'not connected'],
      ['WARN', 'not connected'],
      ['DEBUG', 'still not connected'],
      ['DEBUG', 'still not connected'],
    ]);
  });
});
