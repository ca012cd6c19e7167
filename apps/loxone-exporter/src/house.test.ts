import { type PageLine, readPage } from '@device-exporters/exporter/testing';
import { parseStructure } from '@device-exporters/loxone-protocol';
import { SeriesRegistry } from '@device-exporters/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textTable, valueTable } from '../test/bytes.ts';
import { type PlannedControl, structureFile, uuidOf } from '../test/structure-file.ts';
import type { Filters } from './filters.ts';
import { House } from './house.ts';
import { declareMetrics } from './metrics.ts';

const NO_FILTERS = { exclude_rooms: [], exclude_types: [], exclude_names: [] };

/** What houses of one Miniserver share, and how the next one is made of a structure file. */
function street(filters: Filters = NO_FILTERS) {
  const registry = new SeriesRegistry();
  const shared = { miniserver: 'home', registry, metrics: declareMetrics(registry), includeTexts: true, filters };
  const group = registry.group();
  const lines = async (): Promise<PageLine[]> => {
    const page = readPage(await registry.metrics());
    return [...page.lines('loxone_control_value'), ...page.lines('loxone_control_info')];
  };
  return {
    build: (controls: readonly PlannedControl[]): House =>
      new House(parseStructure(structureFile(controls)), { ...shared, group }),
    lines,
    /** Names, states and values, numbers and texts alike, sorted. */
    async shown(): Promise<string[]> {
      const shown = (await lines()).map(({ labels: { name, subcontrol, value: text }, value }) => {
        return `${name}.${subcontrol}=${text === undefined ? value : JSON.stringify(text)}`;
      });
      return shown.toSorted();
    },
  };
}

const [A, B, C, D] = [uuidOf(1), uuidOf(2), uuidOf(3), uuidOf(4)];
const LAMP: PlannedControl = { name: 'Lamp', uuid: uuidOf(10), states: { on: A, note: B } };
const METER: PlannedControl = { name: 'Meter', uuid: uuidOf(11), states: { total: C } };

describe('a house', () => {
  test('shows nothing before its events', async () => {
    const { build, shown } = street();
    const house = build([LAMP, METER]);
    expect([house.discovered, house.exported, await shown()]).toEqual([2, 0, []]);
  });

  test('shows numbers, and texts of controls without one', async () => {
    const { build, shown } = street();
    const house = build([LAMP, METER]);
    house.applyTexts(textTable(B, 'dark'));
    expect([house.exported, await shown()]).toEqual([1, ['Lamp.note="dark"']]);
    house.applyTexts(textTable(A, 'off'));
    expect([house.exported, await shown()]).toEqual([1, ['Lamp.note="dark"', 'Lamp.on="off"']]);
    house.applyValues(valueTable([[C, 5]]));
    expect(house.exported).toBe(2);
    house.applyValues(valueTable([[A, 1]]));
    expect([house.exported, await shown()]).toEqual([2, ['Lamp.on=1', 'Meter.total=5']]);
    house.applyTexts(textTable(B, 'bright'));
    expect([house.exported, await shown()]).toEqual([2, ['Lamp.on=1', 'Meter.total=5']]);
  });

  test('counts a control once however many numbers it has, and no more when it has none', () => {
    const house = street().build([LAMP]);
    house.applyValues(
      valueTable([
        [A, 1],
        [B, 1],
        [A, 2],
      ]),
    );
    expect(house.exported).toBe(1);
    house.applyValues(
      valueTable([
        [A, Number.NaN],
        [A, Number.NaN],
      ]),
    );
    expect(house.exported).toBe(1);
    house.applyValues(valueTable([[B, Number.NaN]]));
    expect(house.exported).toBe(0);
  });

  test('forgets all values at once, and shows those that come again', async () => {
    const { build, shown } = street();
    const house = build([LAMP, METER]);
    house.applyValues(valueTable([[C, 5]]));
    house.applyTexts(textTable(B, 'dark'));
    house.clear();
    expect([house.exported, await shown()]).toEqual([0, []]);
    house.applyTexts(textTable(B, 'dark'));
    house.applyValues(valueTable([[C, 5]]));
    expect([house.exported, await shown()]).toEqual([2, ['Lamp.note="dark"', 'Meter.total=5']]);
  });

  test('knows the states it does not show', () => {
    const house = street({ ...NO_FILTERS, exclude_names: ['Lamp'] }).build([LAMP, METER]);
    expect(
      house.applyValues(
        valueTable([
          [A, 1],
          [C, 1],
          [D, 1],
        ]),
      ),
    ).toMatchObject({ entries: 3, unknown: 1 });
    expect(house.applyTexts(textTable(B, 'x'))).toMatchObject({ entries: 1, unknown: 0 });
    expect([house.discovered, house.exported]).toEqual([2, 1]);
  });
});

describe('the house after a new structure file', () => {
  test('keeps what is still there, and ends the rest', async () => {
    const { build, shown } = street();
    const before = build([LAMP, METER]);
    before.applyValues(
      valueTable([
        [A, 1],
        [C, 5],
      ]),
    );
    const after = build([METER, { name: 'New', states: { value: D } }]);
    expect([after.exported, await shown()]).toEqual([1, ['Meter.total=5']]);
    after.applyValues(
      valueTable([
        [C, 6],
        [D, 7],
      ]),
    );
    expect([after.exported, await shown()]).toEqual([2, ['Meter.total=6', 'New.value=7']]);
  });

  test('shows a control under its new name alone', async () => {
    const { build, shown } = street();
    build([METER]).applyValues(valueTable([[C, 5]]));
    const after = build([{ ...METER, name: 'Renamed' }]);
    expect([after.exported, await shown()]).toEqual([0, []]);
    after.applyValues(valueTable([[C, 5]]));
    expect(await shown()).toEqual(['Renamed.total=5']);
  });

  test('has no texts of before', async () => {
    const { build, shown } = street();
    build([LAMP]).applyTexts(textTable(B, 'dark'));
    const after = build([LAMP]);
    expect([after.exported, await shown()]).toEqual([0, []]);
    after.applyTexts(textTable(B, 'bright'));
    expect([after.exported, await shown()]).toEqual([1, ['Lamp.note="bright"']]);
  });
});

const STATES = [A, B, C, D];
const anyControl: fc.Arbitrary<PlannedControl> = fc.record({
  name: fc.constantFrom('Lamp', 'Meter'),
  uuid: fc.nat(5).map((number) => uuidOf(100 + number)),
  states: fc.dictionary(
    fc.constantFrom('on', 'note', 'list'),
    fc.oneof(fc.constantFrom(...STATES), fc.array(fc.constantFrom(...STATES))),
  ),
});
const anyControls = fc.uniqueArray(anyControl, { maxLength: 5, selector: ({ uuid }) => uuid });

type Street = ReturnType<typeof street>;

/** Something that happens to a house, which may then be another one. */
const anyStep = fc.oneof(
  fc
    .tuple(fc.constantFrom(...STATES), fc.constantFrom(1, 2, Number.NaN))
    .map(([state, value]) => (_: Street, house: House) => {
      house.applyValues(valueTable([[state, value]]));
      return house;
    }),
  fc
    .tuple(fc.constantFrom(...STATES), fc.constantFrom('x', 'y', ''))
    .map(([state, text]) => (_: Street, house: House) => {
      house.applyTexts(textTable(state, text));
      return house;
    }),
  anyControls.map(
    (controls) =>
      ({ build }: Street) =>
        build(controls),
  ),
  fc.constant((_: Street, house: House) => {
    house.clear();
    return house;
  }),
);

test('the count of exported controls is that of the page, and no series is there twice, whatever happens', async () => {
  const whatever = fc.asyncProperty(anyControls, fc.array(anyStep, { maxLength: 40 }), async (first, steps) => {
    const home = street();
    let house = home.build(first);
    for (const step of steps) {
      house = step(home, house);
      const lines = await home.lines();
      expect(new Set(lines.map(({ labels }) => labels['uuid'])).size).toBe(house.exported);
      expect(new Set(lines.map(({ labels }) => JSON.stringify(labels))).size).toBe(lines.length);
    }
  });
  await fc.assert(whatever, { numRuns: 200 });
});
