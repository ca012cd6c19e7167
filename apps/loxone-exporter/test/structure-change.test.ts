import type { Page } from '@device-exporters/exporter/testing';
import type { Miniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connected, ended, endings, letWaitPass } from './followed.ts';
import { comeBack, type FollowedInTime, followInTime } from './in-time.ts';
import { told } from './told.ts';

type Edit = Parameters<Miniserver['faults']['changeStructure']>[0];

/** How often a command was sent. */
function times({ ledger }: Miniserver, wanted: string): number {
  return ledger.commands.filter(({ command }) => command === wanted).length;
}

/** Series of controls as texts, without their values. */
function seriesOf(page: Page): string[] {
  return page.lines('loxone_control_value').map(({ labels }) => JSON.stringify(labels));
}

function controlNames(page: Page): Set<string | undefined> {
  return new Set(page.lines('loxone_control_value').map(({ labels }) => labels['name']));
}

/** A new configuration is uploaded, the Miniserver restarts, the exporter is connected again and told everything. */
async function upload(followed: FollowedInTime, edit: Edit): Promise<Page> {
  const { app, miniserver } = followed;
  const before = endings(app).length;
  const eventsBefore = valueEvents(await app.scrape());
  const loaded = times(miniserver, 'data/LoxAPP3.json');
  await miniserver.faults.changeStructure(edit);
  await miniserver.faults.comeBack();
  expect(await ended(app, before + 1)).toMatchObject({ reason: 'out_of_service' });
  await comeBack(followed);
  expect(times(miniserver, 'data/LoxAPP3.json')).toBe(loaded + 1);
  const events = eventsBefore + miniserver.house.snapshot().values.length;
  return app.scrapeUntil('all values are told again', (page) => valueEvents(page) >= events);
}

function valueEvents(page: Page): number {
  return page.value('loxone_events_received_total', { kind: 'value' }) ?? 0;
}

describe('the structure file', () => {
  test('is loaded once, however often the connection is made again', async () => {
    await using followed = await followInTime();
    const { app, miniserver } = followed;
    await miniserver.faults.drop();
    await ended(app, 1);
    await comeBack(followed);
    await miniserver.faults.outOfService();
    await miniserver.faults.comeBack();
    await ended(app, 2);
    await comeBack(followed);
    expect(times(miniserver, 'jdev/sps/LoxAPPversion3')).toBe(3);
    expect(times(miniserver, 'data/LoxAPP3.json')).toBe(1);
    expect(app.records.filter(({ msg }) => msg === 'structure file loaded')).toHaveLength(1);
  });

  test('is loaded again when its version cannot be had', async () => {
    await using followed = await followInTime();
    const { app, miniserver } = followed;
    miniserver.faults.answerWith('jdev/sps/LoxAPPversion3', { code: 500 });
    await miniserver.faults.drop();
    await ended(app);
    await comeBack(followed);
    expect(times(miniserver, 'data/LoxAPP3.json')).toBe(2);
  });
});

describe('a structure file that has changed', () => {
  test('adds the controls that are new, and leaves the others as they are', async () => {
    await using followed = await followInTime();
    const { app, miniserver } = followed;
    const before = await told(followed);
    const after = await upload(followed, undefined);
    const added = { name: 'Added Sensor', type: 'InfoOnlyAnalog', room: '', category: '' };
    expect(after.lines('loxone_control_value', added).map(({ labels }) => labels['subcontrol'])).toContain('value');
    expect(seriesOf(after)).toEqual(expect.arrayContaining(seriesOf(before)));
    const counts = ['loxone_exporter_controls_discovered', 'loxone_exporter_controls_exported'] as const;
    for (const name of counts) expect(after.value(name)).toBe((before.value(name) ?? 0) + 1);

    await miniserver.setValue(miniserver.house.stateUuid('Added Sensor', 'value'), 42.5);
    await app.scrapeUntil('it has a value', ({ value }) => {
      return value('loxone_control_value', { ...added, subcontrol: 'value' }) === 42.5;
    });
    expect((await app.scrape()).value('loxone_unknown_uuids_total')).toBe(0);
  });

  test('takes the series of vanished controls away, sub-controls included', async () => {
    await using followed = await followInTime();
    const before = await told(followed);
    const { controls } = followed.miniserver.house.structure;
    const [uuid = '', gone] = Object.entries(controls).find(([, { subControls }]) => subControls !== undefined) ?? [];
    const family = [uuid, ...Object.keys(gone?.subControls ?? {})];
    const page = await upload(followed, (copy) => {
      const { [uuid]: _, ...others } = copy.controls;
      return { ...copy, controls: others };
    });
    for (const one of family) expect(page.lines('loxone_control_value', { uuid: one })).toEqual([]);
    expect(page.value('loxone_exporter_controls_discovered')).toBe(
      (before.value('loxone_exporter_controls_discovered') ?? 0) - family.length,
    );
    const left = before.lines('loxone_control_value').filter(({ labels }) => !family.includes(labels['uuid'] ?? ''));
    expect(left.length).toBeLessThan(before.lines('loxone_control_value').length);
    expect(new Set(seriesOf(page))).toEqual(new Set(left.map(({ labels }) => JSON.stringify(labels))));
  });

  test('gives a renamed control its new name, and the old one is gone', async () => {
    await using followed = await followInTime();
    const before = await told(followed);
    const page = await upload(followed, (copy) => {
      const controls = Object.entries(copy.controls).map(([uuid, control]) => {
        return [uuid, control.name === 'Outdoor Temperature' ? { ...control, name: 'North Wall' } : control];
      });
      return { ...copy, controls: Object.fromEntries(controls) };
    });
    expect(controlNames(before)).not.toContain('North Wall');
    expect(controlNames(page)).toContain('North Wall');
    expect(controlNames(page)).not.toContain('Outdoor Temperature');
    expect(seriesOf(page)).toHaveLength(seriesOf(before).length);
    const value = { subcontrol: 'value' };
    expect(page.value('loxone_control_value', { name: 'North Wall', ...value })).toBe(
      before.value('loxone_control_value', { name: 'Outdoor Temperature', ...value }),
    );
  });

  test('may be of another project: the Miniserver is described once', async () => {
    await using followed = await followInTime();
    const page = await upload(followed, (copy) => {
      return { ...copy, msInfo: { ...(copy['msInfo'] as object), projectName: 'Rebuilt' } };
    });
    expect(page.lines('loxone_miniserver_info').map(({ labels }) => labels['project'])).toEqual(['Rebuilt']);
  });

  test('may have lost everything, and have it again', async () => {
    await using followed = await followInTime();
    const before = await told(followed);
    const { structure } = followed.miniserver.house;
    const empty = await upload(followed, (copy) => ({ ...copy, controls: {} }));
    expect(empty.lines('loxone_control_value')).toEqual([]);
    expect(empty.value('loxone_exporter_controls_discovered')).toBe(0);
    expect(empty.value('loxone_exporter_connected')).toBe(1);
    const full = await upload(followed, () => structure);
    // The simulated house has forgotten which of its states were texts.
    expect(seriesOf(full)).toEqual(expect.arrayContaining(seriesOf(before)));
  });

  test('leaves the values of what is still there, also while they are not told again', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    const before = await app.scrape();
    miniserver.faults.hangOn('jdev/sps/enablebinstatusupdate');
    await miniserver.faults.changeStructure();
    await miniserver.faults.comeBack();
    await ended(app);
    await letWaitPass(app, clock);
    await miniserver.ledger.until(() => times(miniserver, 'jdev/sps/enablebinstatusupdate') === 2);
    const between = await app.scrape();
    expect(seriesOf(between)).toEqual(seriesOf(before));
    const exported = 'loxone_exporter_controls_exported';
    expect(between.value(exported)).toBe(before.value(exported));
    expect(between.value('loxone_exporter_connected')).toBe(0);
  });

  test('and breaks off while it is loaded changes nothing until it is there', async () => {
    await using followed = await followInTime();
    const { app, miniserver, clock } = followed;
    const before = await told(followed);
    miniserver.faults.slowStructure(1_000);
    await miniserver.faults.changeStructure();
    await miniserver.faults.comeBack();
    await ended(app, 1);
    await letWaitPass(app, clock);
    await miniserver.ledger.until(() => times(miniserver, 'data/LoxAPP3.json') === 2);
    await miniserver.faults.drop();
    expect(await ended(app, 2)).toMatchObject({ reason: 'closed' });
    expect(seriesOf(await app.scrape())).toEqual(seriesOf(before));
    miniserver.faults.slowStructure(undefined);
    await letWaitPass(app, clock);
    await connected(app);
    await app.scrapeUntil('the new one is there', (page) => controlNames(page).has('Added Sensor'));
  });
});
