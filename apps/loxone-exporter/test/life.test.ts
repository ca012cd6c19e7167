import { createScaledClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { connected, ended, endings, follow } from './followed.ts';
import { comeBack, followInTime, passTime } from './in-time.ts';

describe('a connection that ends', () => {
  test.each([
    ['a TCP reset', {}, 'closed', 1],
    ['code 1000', { code: 1000 }, 'closed', 1],
    ['code 1001', { code: 1001 }, 'closed', 1],
    ['code 4004, a user was changed', { code: 4004 }, 'closed', 1],
    ['code 4005, this user was changed', { code: 4005 }, 'closed', 1],
    ['code 4003, blocked', { code: 4003, reason: 'Login temporarily blocked (120)' }, 'blocked', 120],
    ['code 4006, user disabled', { code: 4006 }, 'authentication', 45],
    ['code 4007, update', { code: 4007 }, 'out_of_service', 1],
    ['code 4008, no event slot', { code: 4008 }, 'no_event_slot', 1],
  ])('by %s is counted by its reason and made again', async (_, drop, reason, waitSeconds) => {
    await using followed = await followInTime();
    const { app, miniserver } = followed;
    await miniserver.faults.drop(drop);
    expect(await ended(app)).toMatchObject({ miniserver: 'home', reason, nextAttemptSeconds: waitSeconds });
    const page = await app.scrape();
    expect(page.value('loxone_exporter_connected')).toBe(0);
    const counted = page.lines('loxone_reconnects_total').filter(({ value }) => value > 0);
    expect(counted.map(({ labels, value }) => [labels['reason'], value])).toEqual([[reason, 1]]);
    expect(await app.health()).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
    await comeBack(followed);
    expect(miniserver.ledger.connectionsOpened).toBe(2);
    expect(await app.health()).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  test('leaves the values as they were, and what they became comes with the next', async () => {
    await using followed = await followInTime();
    const { app, miniserver } = followed;
    const state = miniserver.house.stateUuid('Outdoor Temperature', 'value');
    const labels = { name: 'Outdoor Temperature', subcontrol: 'value' };
    await miniserver.setValue(state, 11.5);
    await app.scrapeUntil('it is 11.5', ({ value }) => value('loxone_control_value', labels) === 11.5);
    const before = (await app.scrape()).lines('loxone_control_value').length;
    await miniserver.faults.drop();
    await ended(app);
    await miniserver.setValue(state, 12.5);
    const between = await app.scrape();
    expect(between.value('loxone_control_value', labels)).toBe(11.5);
    expect(between.lines('loxone_control_value')).toHaveLength(before);
    await comeBack(followed);
    await app.scrapeUntil('it is 12.5', ({ value }) => value('loxone_control_value', labels) === 12.5);
  });

  test('takes the values along after stale_after_seconds, not before, and they return with the next', async () => {
    await using followed = await followInTime({ config: { stale_after_seconds: 100 } });
    const { app, miniserver, clock } = followed;
    // A long wait in which nothing else happens.
    await miniserver.faults.drop({ code: 4003, reason: 'Login temporarily blocked (300)' });
    await ended(app);
    await clock.advance(99_000);
    expect((await app.scrape()).lines('loxone_control_value').length).toBeGreaterThan(300);
    await clock.advance(2_000);
    const stale = await app.scrape();
    expect(stale.lines('loxone_control_value')).toEqual([]);
    expect(stale.value('loxone_exporter_controls_exported')).toBe(0);
    expect(stale.value('loxone_exporter_connected')).toBe(0);
    await clock.advance(199_000);
    await connected(app);
    const page = await app.scrapeUntil('values are back', ({ lines }) => lines('loxone_control_value').length > 300);
    expect(page.value('loxone_exporter_controls_exported')).toBeGreaterThan(30);
  });

  test('and is made again before stale_after_seconds takes nothing along', async () => {
    await using followed = await followInTime({ config: { stale_after_seconds: 30 } });
    const { app, miniserver, clock } = followed;
    await miniserver.faults.drop();
    await ended(app);
    await comeBack(followed);
    await passTime(app, clock, 60_000);
    expect((await app.scrape()).lines('loxone_control_value').length).toBeGreaterThan(300);
    expect(endings(app)).toHaveLength(1);
  });
});

describe('silence', () => {
  test('ends a connection a minute after the keepalive that nobody answered', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.goSilent();
    await clock.advance(30_000);
    await miniserver.ledger.until(({ keepalives }) => keepalives === 1);
    await clock.advance(50_000);
    expect(endings(app)).toEqual([]);
    expect((await app.scrape()).value('loxone_exporter_connected')).toBe(1);
    await clock.advance(10_000);
    expect(await ended(app)).toMatchObject({ reason: 'silent', nextAttemptSeconds: 1 });
    await comeBack(followed);
  });

  test('is none while events come, though a keepalive stays unanswered', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    miniserver.faults.goSilent();
    for (const keepalives of [1, 2]) {
      await clock.advance(30_000);
      await miniserver.ledger.until((ledger) => ledger.keepalives === keepalives);
      await clock.advance(1_000);
      await miniserver.faults.sendUnknownStates();
      await app.scrapeUntil('the events are seen', ({ value }) => value('loxone_unknown_uuids_total') === keepalives);
      await clock.advance(57_000);
    }
    expect(endings(app)).toEqual([]);
    expect(miniserver.ledger.connectionsOpen).toBe(1);
    // Nothing was measured: there was no answer.
    expect((await app.scrape()).lines('loxone_keepalive_round_trip_seconds')).toEqual([]);
  });

  test('of a house in which nothing happens is none: keepalives go to and fro, each half minute', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    // Longer than the five minutes after which a Miniserver closes on a client that says nothing.
    await passTime(app, clock, 600_000);
    expect(miniserver.ledger.keepalives).toBeGreaterThanOrEqual(18);
    expect(miniserver.ledger.keepalives).toBeLessThanOrEqual(20);
    expect(miniserver.ledger.connectionsOpened).toBe(1);
    expect(endings(app)).toEqual([]);
  });

  test('is broken by keepalives whose round trip is measured', async () => {
    await using followed = await follow({ miniserver: { generation: 1 }, clock: createScaledClock(30) });
    const page = await followed.app.scrapeUntil(
      'a keepalive was answered',
      ({ value }) => value('loxone_keepalive_round_trip_seconds', { miniserver: 'home' }) !== undefined,
    );
    const roundTripSeconds = page.value('loxone_keepalive_round_trip_seconds') ?? 0;
    expect(roundTripSeconds).toBeGreaterThan(0);
    expect(roundTripSeconds).toBeLessThan(58);
    expect(followed.miniserver.ledger.keepalives).toBeGreaterThanOrEqual(1);
  });
});
