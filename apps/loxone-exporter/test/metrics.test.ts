import type { AppUnderTest, Page } from '@device-exporters/exporter/testing';
import { createHouse, type Miniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { daytimerTable, IDENTIFIER, message, weatherTable } from './bytes.ts';
import { follow } from './followed.ts';
import { type PlannedControl, structureFile, uuidOf } from './structure-file.ts';
import { told } from './told.ts';

function followHouse(controls: readonly PlannedControl[], over?: object): ReturnType<typeof follow> {
  return follow({ miniserver: { house: structureFile(controls, over) } });
}

/** The series of controls with this name, with the labels that tell them apart. */
function seriesOf(page: Page, name: string): unknown[] {
  return page
    .lines('loxone_control_value', { name })
    .map(({ labels, value }) => [labels['uuid'], labels['subcontrol'], value]);
}

/** Waits until the first state of a control has this value. */
function whenIs(app: AppUnderTest, name: string, value: number): Promise<Page> {
  return app.scrapeUntil(`${name} is ${value}`, (page) =>
    Object.is(page.value('loxone_control_value', { name }), value),
  );
}

function setValue(miniserver: Miniserver, control: string, value: number, state = 'value'): Promise<void> {
  return miniserver.setValue(miniserver.house.stateUuid(control, state), value);
}

describe('a value', () => {
  test('has the labels of its control, in their order, and nothing else', async () => {
    await using followed = await followHouse([
      { name: 'Temperature', type: 'InfoOnlyAnalog', uuid: uuidOf(7), room: 'Hall', category: 'Heating' },
    ]);
    await told(followed);
    await setValue(followed.miniserver, 'Temperature', 20.25);
    const page = await whenIs(followed.app, 'Temperature', 20.25);
    const labels = 'miniserver="home",name="Temperature",room="Hall",category="Heating",type="InfoOnlyAnalog"';
    expect(page.text).toContain(
      `\nloxone_control_value{${labels},subcontrol="value",uuid="00000007-0000-0000-ffff0123456789ab"} 20.25\n`,
    );
    expect(page.lines('loxone_control_value')).toHaveLength(1);
  });

  test('that moves is on the next scrape', async () => {
    await using followed = await followHouse([{ name: 'Power' }]);
    await told(followed);
    for (const watts of [1, 2, 1.5]) {
      await setValue(followed.miniserver, 'Power', watts);
      await whenIs(followed.app, 'Power', watts);
    }
  });

  const AS_SENT = [
    21.4,
    -1000,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e21,
    -1e-7,
    2 ** 53,
    0.1 + 0.2,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
  ];
  test('is exported as it was sent, whatever number it is', async () => {
    await using followed = await followHouse(AS_SENT.map((_, index) => ({ name: `Number ${index}` })));
    const { app, miniserver } = followed;
    await told(followed);
    await miniserver.setValues(
      AS_SENT.map((value, index) => [miniserver.house.stateUuid(`Number ${index}`, 'value'), value] as const),
    );
    const page = await whenIs(app, `Number ${AS_SENT.length - 1}`, Number.MAX_VALUE);
    const found = AS_SENT.map((_, index) => page.value('loxone_control_value', { name: `Number ${index}` }));
    expect(found).toEqual(AS_SENT);
    expect(page.value('loxone_exporter_controls_exported')).toBe(AS_SENT.length);
  });

  test('that is no number any more is gone, and back when it is one', async () => {
    await using followed = await followHouse([{ name: 'Sensor' }, { name: 'Other' }]);
    const { app, miniserver } = followed;
    await told(followed);
    await setValue(miniserver, 'Sensor', Number.NaN);
    const page = await app.scrapeUntil('the sensor is gone', (found) => seriesOf(found, 'Sensor').length === 0);
    expect(page.text).not.toMatch(/NaN/i);
    expect(page.value('loxone_exporter_controls_exported')).toBe(1);
    expect(page.value('loxone_exporter_controls_discovered')).toBe(2);
    await setValue(miniserver, 'Sensor', 3);
    expect((await whenIs(app, 'Sensor', 3)).value('loxone_exporter_controls_exported')).toBe(2);
  });

  test('that was never sent is nowhere, not even as 0', async () => {
    await using followed = await followHouse([
      // The simulator sends nothing for a UUID in upper case.
      { name: 'Silent', states: { value: 'ABCDEF00-0000-0000-FFFF0123456789AB' } },
      { name: 'Note', type: 'InfoOnlyText', states: ['text'] },
      { name: 'Schedule', type: 'Daytimer', states: ['entriesAndDefaultValue'] },
      { name: 'Nothing', states: {} },
    ]);
    const page = await told(followed);
    expect(page.lines('loxone_control_value')).toEqual([]);
    expect(page.lines('loxone_control_info')).toEqual([]);
    expect(page.value('loxone_exporter_controls_discovered')).toBe(4);
    expect(page.value('loxone_exporter_controls_exported')).toBe(0);

    const sent = message(IDENTIFIER.values, Buffer.from('00efcdab00000000ffff0123456789ab0000000000001440', 'hex'));
    await followed.miniserver.faults.sendFrames(...sent);
    await whenIs(followed.app, 'Silent', 5);
  });
});

describe('a control', () => {
  test('appears beside another of the same name, room, category and type', async () => {
    const twin = { name: 'Lamp', type: 'Dimmer', room: 'Hall', category: 'Light', states: ['on'] };
    await using followed = await followHouse([
      { ...twin, uuid: uuidOf(1) },
      { ...twin, uuid: uuidOf(2) },
    ]);
    expect(seriesOf(await told(followed), 'Lamp')).toEqual([
      [uuidOf(1), 'on', 0],
      [uuidOf(2), 'on', 0],
    ]);
  });

  test('may be without room and category', async () => {
    await using followed = await followHouse([{ name: 'Orphan' }]);
    const [line] = (await told(followed)).lines('loxone_control_value');
    expect(line?.labels).toMatchObject({ room: '', category: '' });
  });

  test('that is part of another has its own name, type and UUID, in room and category of the other', async () => {
    await using followed = await followHouse([
      {
        name: 'Lights',
        type: 'LightControllerV2',
        room: 'Kitchen',
        category: 'Light',
        uuid: uuidOf(1),
        states: ['activeMoodsNum'],
        parts: [{ name: 'Ceiling', type: 'Dimmer', uuid: `${uuidOf(1)}/AI1`, states: ['on'] }],
      },
    ]);
    const page = await told(followed);
    expect(page.lines('loxone_control_value', { name: 'Ceiling' })).toMatchObject([
      {
        labels: {
          room: 'Kitchen',
          category: 'Light',
          type: 'Dimmer',
          subcontrol: 'on',
          uuid: `${uuidOf(1)}/AI1`,
        },
        value: 0,
      },
    ]);
    expect(page.value('loxone_exporter_controls_discovered')).toBe(2);
  });

  test('of an unknown type is exported like any other', async () => {
    await using followed = await followHouse([{ name: 'Flux', type: 'FluxCapacitorV9', states: ['gigawatts'] }]);
    const page = await told(followed);
    expect(page.lines('loxone_control_value', { type: 'FluxCapacitorV9', subcontrol: 'gigawatts' })).toHaveLength(1);
  });

  test('has a series for each element of a state that is a list', async () => {
    const temperatures = [uuidOf(11), uuidOf(12), uuidOf(13)];
    await using followed = await followHouse([{ name: 'Room', uuid: uuidOf(1), states: { temperatures } }]);
    const { app, miniserver } = followed;
    await told(followed);
    await miniserver.setValues(temperatures.map((uuid, index) => [uuid, 18 + index] as const));
    const page = await whenIs(app, 'Room', 18);
    expect(seriesOf(page, 'Room')).toEqual([
      [uuidOf(1), 'temperatures[0]', 18],
      [uuidOf(1), 'temperatures[1]', 19],
      [uuidOf(1), 'temperatures[2]', 20],
    ]);
  });

  test('may share a state with others: one event updates them all', async () => {
    const states = { jam: uuidOf(9) };
    await using followed = await followHouse(['A', 'B', 'C'].map((name) => ({ name, states })));
    const { app, miniserver } = followed;
    await told(followed);
    const before = (await app.scrape()).value('loxone_events_received_total', { kind: 'value' }) ?? 0;
    await miniserver.setValue(uuidOf(9), 4);
    const page = await whenIs(app, 'A', 4);
    expect(page.lines('loxone_control_value').map(({ labels, value }) => [labels['name'], value])).toEqual([
      ['A', 4],
      ['B', 4],
      ['C', 4],
    ]);
    expect(page.value('loxone_events_received_total', { kind: 'value' })).toBe(before + 1);
  });
});

test('a house of 500 controls is exported as a whole', async () => {
  const house = createHouse({ controls: 500 });
  await using followed = await follow({ miniserver: { house } });
  const page = await told(followed);
  const numeric = Object.values(house.structure.controls)
    .flatMap((control) => [control, ...Object.values(control.subControls ?? {})])
    .flatMap(({ states = {} }) => Object.values(states).flat())
    .filter((uuid) => house.value(String(uuid)) !== undefined);
  expect(page.lines('loxone_control_value')).toHaveLength(numeric.length);
  expect(numeric.length).toBeGreaterThan(2_500);
  expect(page.value('loxone_exporter_controls_discovered')).toBe(500);
  expect(page.value('loxone_unknown_uuids_total')).toBe(0);
});

describe('what is counted', () => {
  test('are events by the kind of their table', async () => {
    await using followed = await followHouse([{ name: 'Number' }, { name: 'Text', states: ['text'] }]);
    const { app, miniserver } = followed;
    await told(followed);
    const counts = (page: Page): unknown[] =>
      ['value', 'text', 'daytimer', 'weather'].map((kind) => page.value('loxone_events_received_total', { kind }));
    const all = (expected: readonly number[]): Promise<Page> =>
      app.scrapeUntil(`events ${expected.join(', ')}`, (page) => counts(page).join() === expected.join());
    await all([1, 1, 0, 0]);
    await setValue(miniserver, 'Number', 1);
    await miniserver.setText(miniserver.house.stateUuid('Text', 'text'), 'new');
    await miniserver.faults.sendFrames(...message(IDENTIFIER.daytimers, daytimerTable(uuidOf(1))));
    await miniserver.faults.sendFrames(...message(IDENTIFIER.weather, weatherTable(uuidOf(1))));
    await all([2, 2, 1, 1]);
  });

  test('are events of states that the structure does not name, and those alone', async () => {
    await using followed = await follow();
    expect((await told(followed)).value('loxone_unknown_uuids_total')).toBe(0);
    await followed.miniserver.faults.sendUnknownStates(7);
    const page = await followed.app.scrapeUntil(
      '7 unknown',
      (found) => found.value('loxone_unknown_uuids_total') === 7,
    );
    expect(page.value('loxone_protocol_errors_total')).toBe(0);
  });

  test('is the time of the latest event', async () => {
    await using followed = await followHouse([{ name: 'Number' }]);
    await told(followed);
    const beforeSeconds = Date.now() / 1000;
    await setValue(followed.miniserver, 'Number', 1);
    const page = await whenIs(followed.app, 'Number', 1);
    const lastUpdate = page.value('loxone_exporter_last_update_timestamp_seconds', { miniserver: 'home' });
    expect(lastUpdate).toBeGreaterThanOrEqual(beforeSeconds);
    expect(lastUpdate).toBeLessThanOrEqual(Date.now() / 1000);
  });
});

test('the Miniserver says what it is', async () => {
  const msInfo = { serialNr: '504f94112233', projectName: 'Haus "Süd"', miniserverType: 2 };
  await using followed = await follow({
    miniserver: { firmware: '15.2.10.14', house: structureFile([], { msInfo }) },
  });
  const page = await told(followed);
  expect(page.lines('loxone_miniserver_info')).toEqual([
    {
      name: 'loxone_miniserver_info',
      labels: { miniserver: 'home', serial: '504F94112233', version: '15.2.10.14', type: '2', project: 'Haus "Süd"' },
      value: 1,
    },
  ]);
});
