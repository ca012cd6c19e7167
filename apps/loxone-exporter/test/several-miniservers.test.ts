import { type AppUnderTest, type Page, startApp } from '@device-exporters/exporter/testing';
import { createFakeClock } from '@device-exporters/retry/testing';
import { type Miniserver, startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { loxoneExporter } from '../src/app.ts';
import { ended, endings, entryOf } from './followed.ts';
import { passTime } from './in-time.ts';
import { bothTold, followPair } from './pair.ts';
import { told } from './told.ts';

const GENERATION_1 = { generation: 1 } as const;

function entry(miniserver: Miniserver, name: string, more: object = {}): object {
  return { ...entryOf(miniserver), name, ...more };
}

function seriesCount(page: Page, miniserver: string): number {
  return page.lines('loxone_control_value', { miniserver }).length;
}

/** Sets a value of that Miniserver and waits until its series, and no other's, has it. */
async function expectToFlow(app: AppUnderTest, miniserver: Miniserver, name: string, value: number): Promise<void> {
  const labels = { name: 'Outdoor Temperature', subcontrol: 'value' };
  await miniserver.setValue(miniserver.house.stateUuid(labels.name, labels.subcontrol), value);
  const page = await app.scrapeUntil(`${name} says ${value}`, (candidate) => {
    return candidate.value('loxone_control_value', { miniserver: name, ...labels }) === value;
  });
  const having = page.lines('loxone_control_value', labels).filter((line) => line.value === value);
  expect(having.map((line) => line.labels['miniserver'])).toEqual([name]);
}

describe('two Miniservers', () => {
  test('are followed at once, each under its name', async () => {
    await using pair = await followPair();
    await bothTold(pair);
    const { app, first, second } = pair;
    const page = await app.scrape();
    expect(seriesCount(page, 'first')).toBeGreaterThan(300);
    expect(seriesCount(page, 'second')).toBe(seriesCount(page, 'first'));
    await expectToFlow(app, first, 'first', -901.5);
    await expectToFlow(app, second, 'second', -902.5);
    expect(app.records.filter(({ msg }) => msg === 'connected').map(({ miniserver }) => miniserver)).toEqual(
      expect.arrayContaining(['first', 'second']),
    );
  });

  const TROUBLES: readonly (readonly [string, (miniserver: Miniserver) => unknown])[] = [
    ['refuses connections', ({ faults }) => [faults.stopListening(), faults.drop()]],
    ['refuses the login', ({ faults }) => [faults.rejectLogins(), faults.drop()]],
    ['restarts', ({ faults }) => faults.outOfService({ refusedMs: Number.POSITIVE_INFINITY })],
    ['does not answer', ({ faults }) => [faults.hangOn('jdev/sys/keyexchange', 99), faults.drop()]],
    ['blocks this address', ({ faults }) => [faults.blockLogins(600_000), faults.drop()]],
    [
      'talks nonsense',
      ({ faults }) => [faults.answerWith('data/LoxAPP3.json', { code: 500 }, 99), faults.changeStructure()],
    ],
  ];

  test.each(TROUBLES)('are each on their own: one that %s is no trouble for the other', async (_, trouble) => {
    const clock = createFakeClock(Date.now());
    await using pair = await followPair(GENERATION_1, clock);
    await bothTold(pair);
    const { app, first, second } = pair;
    await trouble(first);
    await ended(app);
    // Values that no house has by itself.
    for (const value of [-901.25, -902.25, -903.25]) {
      await passTime(app, clock, 30_000);
      await expectToFlow(app, second, 'second', value);
    }
    expect(second.ledger.keepalives).toBeGreaterThanOrEqual(2);
    expect(second.ledger.connectionsOpened).toBe(1);
    expect(endings(app).every(({ miniserver }) => miniserver === 'first')).toBe(true);
    const page = await app.scrape();
    expect(page.value('loxone_exporter_connected', { miniserver: 'first' })).toBe(0);
    expect(page.value('loxone_exporter_connected', { miniserver: 'second' })).toBe(1);
    expect(await app.health()).toMatchObject({ status: 200, body: { status: 'degraded' } });
  });
});

describe('a configuration that is read again', () => {
  test('adds a Miniserver and takes one away, while the other stays connected', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    await using third = await startMiniserver({ eventsPerSecond: 0, ...GENERATION_1 });
    await app.reload({ miniservers: [entry(second, 'second'), entry(third, 'third')] });
    await told({ app, miniserver: third }, 'third');
    const page = await app.scrape();
    expect(page.text).not.toContain('miniserver="first"');
    expect(seriesCount(page, 'third')).toBeGreaterThan(300);
    expect(second.ledger.connectionsOpened).toBe(1);
    await expectToFlow(app, second, 'second', -907.5);
    await first.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
    expect(first.ledger.connections.map(({ closeCode }) => closeCode)).toEqual([1000]);
    expect(first.ledger.tokensAlive).toEqual([]);
    const { body } = await app.health();
    expect(body).toMatchObject({ miniservers: [{ name: 'second' }, { name: 'third' }] });
  });

  test('and names one by another name has its series under that name alone', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    await app.reload({ miniservers: [entry(first, 'barn'), entry(second, 'second')] });
    const page = await told({ app, miniserver: first }, 'barn');
    expect(page.text).not.toContain('miniserver="first"');
    expect(second.ledger.connectionsOpened).toBe(1);
  });

  test('and changes one connects that one again', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    const more = { use_encryption: false, tls_verify: true };
    await app.reload({ miniservers: [entry(first, 'first', more), entry(second, 'second')] });
    await first.ledger.until(({ connectionsOpened }) => connectionsOpened === 2);
    await told({ app, miniserver: first }, 'first');
    expect(second.ledger.connectionsOpened).toBe(1);
    expect((await app.scrape()).value('loxone_reconnects_total', { miniserver: 'second', reason: 'closed' })).toBe(0);
  });

  test('and changes only what is no business of theirs leaves both connected', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    const miniservers = [entry(second, 'second'), entry(first, 'first')];
    await app.reload({ miniservers, log_level: 'debug' });
    await expectToFlow(app, first, 'first', -903.5);
    await expectToFlow(app, second, 'second', -904.5);
    expect([first, second].map(({ ledger }) => ledger.connectionsOpened)).toEqual([1, 1]);
    // In the order of the configuration.
    expect((await app.health()).body).toMatchObject({ miniservers: [{ name: 'second' }, { name: 'first' }] });
  });

  test('takes away one that hangs, and one that was never reached', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    await using hanging = await startMiniserver(GENERATION_1);
    hanging.faults.hangOn('jdev/sys/keyexchange');
    const unreached = entry(hanging, 'unreached', { port: 1, ssl_port: 1 });
    const both = [entry(first, 'first'), entry(second, 'second')];
    await app.reload({ miniservers: [...both, entry(hanging, 'hanging'), unreached] });
    await hanging.ledger.until(({ commands }) => commands.length === 1);
    await app.reload({ miniservers: both });
    const page = await app.scrape();
    for (const name of ['hanging', 'unreached']) expect(page.text).not.toContain(`miniserver="${name}"`);
    expect([first, second].map(({ ledger }) => ledger.connectionsOpened)).toEqual([1, 1]);
  });

  test('and is no good leaves everything as it is', async () => {
    await using pair = await followPair(GENERATION_1);
    await bothTold(pair);
    const { app, first, second } = pair;
    const reloading = app.reload({ miniservers: [entry(first, 'first'), entry(second, 'first')] });
    await expect(reloading).rejects.toThrow(/miniservers\[1\]\.name: "first" is the name of miniservers\[0\] already/);
    const page = await app.scrape();
    expect(page.value('loxone_exporter_config_last_reload_successful')).toBe(0);
    await expectToFlow(app, first, 'first', -905.5);
    await expectToFlow(app, second, 'second', -906.5);
    expect([first, second].map(({ ledger }) => ledger.connectionsOpened)).toEqual([1, 1]);
  });
});

describe('two Miniservers of one name', () => {
  const account = { username: 'exporter', password: 'secret' };

  test.each([
    [
      'given',
      [
        { name: 'home', host: '192.0.2.1' },
        { name: 'home', host: '192.0.2.2' },
      ],
      'home',
    ],
    ['by default, their host', [{ host: '192.0.2.1' }, { host: '192.0.2.1', port: 81 }], '192.0.2.1'],
    [
      'given to one, the default of the other',
      [{ host: '192.0.2.1' }, { name: '192.0.2.1', host: '192.0.2.2' }],
      '192.0.2.1',
    ],
  ])('%s, are refused at start, with file and key', async (_, hosts, name) => {
    const miniservers = hosts.map((host) => ({ ...account, ...host }));
    const starting = startApp(loxoneExporter, { config: { miniservers } });
    const message = `config.yml: miniservers[1].name: "${name}" is the name of miniservers[0] already`;
    await expect(starting).rejects.toThrow(message);
  });
});
