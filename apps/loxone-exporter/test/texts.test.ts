import type { Page } from '@device-exporters/exporter/testing';
import { describe, expect, test } from 'vitest';
import { IDENTIFIER, message, textTable } from './bytes.ts';
import { type Followed, follow } from './followed.ts';
import { type PlannedControl, structureFile, uuidOf } from './structure-file.ts';
import { told } from './told.ts';

const NOTE: PlannedControl = {
  name: 'Note',
  type: 'TextState',
  uuid: uuidOf(1),
  room: 'Hall',
  category: 'Info',
  states: { textAndIcon: uuidOf(2) },
};

/** An exporter that was asked for texts. */
async function followTexts(controls: readonly PlannedControl[], config: object = {}): Promise<Followed> {
  const followed = await follow({
    miniserver: { house: structureFile(controls) },
    config: { include_text_values: true, ...config },
  });
  await told(followed);
  return followed;
}

/** Waits for a page on which the texts of the control are these. */
function textsOf({ app }: Followed, name: string, expected: readonly string[]): Promise<Page> {
  return app.scrapeUntil(`the texts of ${name} are ${expected.join(', ')}`, (page) => {
    const texts = page.lines('loxone_control_info', { name }).map(({ labels }) => labels['value']);
    return JSON.stringify(texts.toSorted()) === JSON.stringify(expected);
  });
}

describe('a text', () => {
  test('is exported when it is asked for, never otherwise', async () => {
    await using followed = await follow({ miniserver: { house: structureFile([NOTE]) } });
    const page = await told(followed);
    expect(page.lines('loxone_control_info')).toEqual([]);
    expect(page.value('loxone_events_received_total', { kind: 'text' })).toBe(1);
    expect(page.value('loxone_exporter_controls_exported')).toBe(0);
  });

  test('stands in the label value, beside the labels of its control', async () => {
    await using followed = await followTexts([NOTE]);
    await followed.miniserver.setText(uuidOf(2), 'All is well');
    const page = await textsOf(followed, 'Note', ['All is well']);
    const labels =
      'miniserver="home",name="Note",room="Hall",category="Info",type="TextState",subcontrol="textAndIcon"';
    expect(page.text).toContain(
      `\nloxone_control_info{${labels},uuid="00000001-0000-0000-ffff0123456789ab",value="All is well"} 1\n`,
    );
    expect(page.value('loxone_exporter_controls_exported')).toBe(1);
    expect(page.lines('loxone_control_value')).toEqual([]);
  });

  test('is replaced by the next one, not joined by it', async () => {
    await using followed = await followTexts([NOTE]);
    for (let turn = 0; turn < 50; turn++) await followed.miniserver.setText(uuidOf(2), `turn ${turn}`);
    const page = await textsOf(followed, 'Note', ['turn 49']);
    expect(page.value('loxone_exporter_controls_exported')).toBe(1);
    await followed.miniserver.setText(uuidOf(2), 'turn 49');
    await followed.miniserver.setText(uuidOf(2), '');
    await textsOf(followed, 'Note', ['']);
  });

  test('is escaped as the format wants it', async () => {
    const odd = 'a"b\\c\nü 🙂 {x="y"} 1';
    await using followed = await followTexts([NOTE]);
    await followed.miniserver.setText(uuidOf(2), odd);
    const { text } = await textsOf(followed, 'Note', [odd]);
    expect(text).toContain('value="a\\"b\\\\c\\nü 🙂 {x=\\"y\\"} 1"} 1\n');
  });

  test('that is a document is cut after 1024 characters, never through one', async () => {
    await using followed = await followTexts([NOTE]);
    await followed.miniserver.setText(uuidOf(2), 'x'.repeat(5_000));
    await textsOf(followed, 'Note', ['x'.repeat(1024)]);
    await followed.miniserver.setText(uuidOf(2), `x${'🙂'.repeat(5_000)}`);
    await textsOf(followed, 'Note', [`x${'🙂'.repeat(511)}`]);
  });

  test('that is no UTF-8 is shown as far as it can be', async () => {
    await using followed = await followTexts([NOTE]);
    const table = textTable(uuidOf(2), Buffer.from('61fffe62', 'hex'));
    await followed.miniserver.faults.sendFrames(...message(IDENTIFIER.texts, table));
    await textsOf(followed, 'Note', ['a\ufffd\ufffdb']);
  });
});

describe('a control with texts', () => {
  test('has a series for each of them', async () => {
    await using followed = await followTexts([{ ...NOTE, states: { text: uuidOf(2), infoText: uuidOf(3) } }]);
    await followed.miniserver.setText(uuidOf(2), 'one');
    await followed.miniserver.setText(uuidOf(3), 'two');
    const page = await textsOf(followed, 'Note', ['one', 'two']);
    expect(page.value('loxone_exporter_controls_exported')).toBe(1);
  });

  test('does not show them when it has a number as well', async () => {
    await using followed = await followTexts([{ ...NOTE, states: { text: uuidOf(2), level: uuidOf(3) } }, OTHER]);
    await followed.miniserver.setText(uuidOf(2), 'unseen');
    await followed.miniserver.setText(uuidOf(9), 'seen');
    const page = await textsOf(followed, 'Other', ['seen']);
    expect(page.lines('loxone_control_info', { name: 'Note' })).toEqual([]);
    expect(page.lines('loxone_control_value', { name: 'Note' })).toMatchObject([{ labels: { subcontrol: 'level' } }]);
  });

  test('loses them when it comes to have a number', async () => {
    await using followed = await followTexts([NOTE]);
    const { app, miniserver } = followed;
    await miniserver.setText(uuidOf(2), '21.5 °C');
    await textsOf(followed, 'Note', ['21.5 °C']);
    await miniserver.setValue(uuidOf(2), 21.5);
    const page = await app.scrapeUntil('it is a number', (found) => found.value('loxone_control_value') === 21.5);
    expect(page.lines('loxone_control_info')).toEqual([]);
    expect(page.value('loxone_exporter_controls_exported')).toBe(1);
  });

  test('is left out by the filters like any other', async () => {
    await using followed = await followTexts([NOTE, OTHER], { exclude_names: ['N*'] });
    await followed.miniserver.setText(uuidOf(2), 'unseen');
    await followed.miniserver.setText(uuidOf(9), 'seen');
    const page = await textsOf(followed, 'Other', ['seen']);
    expect(page.lines('loxone_control_info')).toHaveLength(1);
    expect(page.value('loxone_unknown_uuids_total')).toBe(0);
  });
});

const OTHER: PlannedControl = { name: 'Other', type: 'InfoOnlyText', states: { text: uuidOf(9) } };
