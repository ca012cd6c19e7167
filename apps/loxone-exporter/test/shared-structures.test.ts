import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, SILENT } from '../../../scripts/testing/promtool.ts';
import { type Followed, follow } from './followed.ts';
import { told } from './told.ts';

const FOLDER = new URL('../../../../shared/reference/loxone/fixtures/', import.meta.url);

interface FileControl {
  readonly states?: Readonly<Record<string, string | readonly string[]>>;
  readonly subControls?: Readonly<Record<string, FileControl>>;
}

interface StructureFile {
  readonly msInfo: {
    /** In some files as text. */
    readonly miniserverType: number | string;
    readonly serialNr: string;
  };
  readonly controls: Readonly<Record<string, FileControl>>;
}

function read(file: string): StructureFile {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as StructureFile;
}

/** An exporter that follows a Miniserver with this file. */
async function followFile(file: StructureFile, config: object = {}): Promise<Followed> {
  const generation = Number(file.msInfo.miniserverType) === 2 ? 2 : 1;
  return follow({ miniserver: { house: file, generation }, config });
}

function controlsOf(group: Readonly<Record<string, FileControl>> = {}): FileControl[] {
  return Object.values(group).flatMap((control) => [control, ...controlsOf(control.subControls)]);
}

describe.skipIf(!existsSync(FOLDER)).each([
  ['loxapp3-demo-house-gen2.json', 133],
  ['loxapp3-functions-gen2.json', 136],
  ['loxapp3-showroom-gen1.json', undefined],
])('the house of %s', (name, discovered) => {
  test('is exported as the file has it: every state, by number or by text', async () => {
    const file = read(name);
    await using followed = await followFile(file, { include_text_values: true });
    const page = await told(followed);
    const { house } = followed.miniserver;

    const controls = controlsOf(file.controls);
    const uuids = controls.map(({ states = {} }) => Object.values(states).flat());
    const numbers = uuids.map((states) => states.filter((uuid) => house.value(uuid) !== undefined));
    const texts = uuids
      .filter((_, index) => numbers[index]?.length === 0)
      .map((states) => states.filter((uuid) => house.text(uuid) !== undefined));
    expect(page.lines('loxone_control_value')).toHaveLength(numbers.flat().length);
    expect(page.lines('loxone_control_info')).toHaveLength(texts.flat().length);
    expect(page.value('loxone_exporter_controls_discovered')).toBe(controls.length);
    expect(page.value('loxone_exporter_controls_exported')).toBe(
      [...numbers, ...texts].filter((states) => states.length > 0).length,
    );
    if (discovered !== undefined) expect(controls).toHaveLength(discovered);

    expect(page.value('loxone_unknown_uuids_total')).toBe(0);
    for (const { value } of page.lines('loxone_protocol_errors_total')) expect(value).toBe(0);
    const serial = file.msInfo.serialNr.toUpperCase();
    expect(page.lines('loxone_miniserver_info', { serial, type: `${file.msInfo.miniserverType}` })).toHaveLength(1);
    expect(followed.miniserver.ledger.violations).toEqual([]);
  });

  testWith('promtool')('is a page that promtool has nothing to say about', async () => {
    await using followed = await followFile(read(name), { include_text_values: true });
    expect(checkMetrics((await told(followed)).text)).toEqual(SILENT);
  });
});
