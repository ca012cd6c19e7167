import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { TestClient } from '../../../test/loxone/test-client.ts';
import { startMiniserver } from '../miniserver.ts';
import { houseFromStructure } from './foreign-house.ts';
import { stateKind } from './state-kinds.ts';
import { StructureError, stateReferences } from './structure.ts';

const NOON = Date.UTC(2024, 5, 1, 12);
const uuid = (index: number) => `00000000-0000-0000-ffff0000000000${String(index).padStart(2, '0')}`;

function fileWith(states: Record<string, unknown>, type = 'InfoOnlyAnalog'): object {
  return {
    lastModified: '2020-01-01 00:00:00',
    controls: { [uuid(0)]: { name: 'Thing', type, uuidAction: uuid(0), states } },
  };
}

describe('a house from a structure file', () => {
  it.each([
    [{ controls: {} }, 'lastModified'],
    [{ lastModified: 'x' }, 'controls, found undefined'],
    [{ lastModified: 'x', controls: [] }, 'controls, found object'],
    [{ lastModified: 'x', controls: { [uuid(1)]: 7 } }, `control ${uuid(1)} is no object`],
  ])('is not built from %j', (file, message) => {
    expect(() => houseFromStructure(file)).toThrow(StructureError);
    expect(() => houseFromStructure(file)).toThrow(message);
  });

  it('gives states numbers, texts or tables, by what is known of them', () => {
    const house = houseFromStructure(
      fileWith({
        tempActual: uuid(1),
        jLocked: uuid(2),
        entriesAndDefaultValue: uuid(3),
        something: uuid(4),
        moodList: uuid(5),
        temperatures: [uuid(6), uuid(7)],
        host: 'http://192.0.2.20/',
      }),
    );
    expect(house.value(uuid(1))).toBe(21.5);
    expect(house.text(uuid(2))).toBe('');
    expect(house.snapshot().daytimers.map((event) => event.uuid)).toEqual([uuid(3)]);
    expect(house.value(uuid(4))).toBe(0);
    expect(JSON.parse(house.text(uuid(5))!)).toHaveLength(1);
    expect([house.value(uuid(6)), house.value(uuid(7))]).toEqual([21, 21]);
    expect(house.valueCount).toBe(4);
  });

  it('knows that the cause of a smart alarm is a text and that of a smoke alarm a number', () => {
    expect(stateKind('AalSmartAlarm', 'alarmCause')).toBe('text');
    expect(stateKind('SmokeAlarm', 'alarmCause')).toBe('value');
  });

  it('lets temperatures drift and leaves the rest alone', () => {
    const house = houseFromStructure(fileWith({ tempActual: uuid(1), active: uuid(2) }));
    const seen = Array.from({ length: 24 }, (_, hour) => {
      house.advance(NOON + hour * 3_600_000);
      house.takeChanges();
      return [house.value(uuid(1))!, house.value(uuid(2))!] as const;
    });
    expect(new Set(seen.map(([celsius]) => celsius)).size).toBeGreaterThan(3);
    for (const [celsius, active] of seen) {
      expect(Math.abs(celsius - 21.5)).toBeLessThanOrEqual(0.31);
      expect(active).toBe(0);
    }
  });

  it('makes up events by switching when nothing in it can drift', () => {
    const house = houseFromStructure(fileWith({ active: uuid(1), lockedOn: uuid(2) }));
    const events = house.takeValues(4);
    expect(events.map((event) => event.value)).toEqual([1, 1, 0, 0]);
    house.pinValues([
      { uuid: uuid(1), value: 1 },
      { uuid: uuid(2), value: 1 },
    ]);
    expect(house.takeValues(4)).toEqual([]);
    expect(houseFromStructure(fileWith({})).takeValues(1)).toEqual([]);
  });

  it('leaves states alone that were set by hand, and forgets those that are gone', () => {
    const house = houseFromStructure(fileWith({ tempActual: uuid(1), humidity: uuid(2) }));
    house.pinValues([{ uuid: uuid(1), value: 99 }]);
    expect(house.takeValues(10).map((event) => event.uuid)).toEqual(new Array(10).fill(uuid(2)));
    house.restructure(fileWith({ tempActual: uuid(1) }));
    expect(house.value(uuid(1))).toBe(99);
    expect(house.value(uuid(2))).toBeUndefined();
    expect(house.takeValues(3)).toEqual([]);
  });
});

describe.skipIf(!hasReference)('the fixtures as houses', () => {
  it.each(['loxapp3-demo-house-gen2', 'loxapp3-functions-gen2', 'loxapp3-showroom-gen1'])(
    '%s is served with a value for every state',
    async (name) => {
      const file = readReference<object>(`fixtures/${name}.json`);
      await using miniserver = await startMiniserver({ house: file, eventsPerSecond: 0 });
      const client = await TestClient.subscribed(miniserver);
      await client.next(7);
      client.send('data/LoxAPP3.json');
      expect(JSON.parse((await client.next(1)).payload.toString())).toEqual(file);
      const { daytimers, weather } = miniserver.house.snapshot();
      const told = new Set([...client.values.keys(), ...client.texts.keys()]);
      for (const event of [...daytimers, ...weather]) told.add(event.uuid);
      const wanted = new Set([...stateReferences(miniserver.house.structure)].map((reference) => reference.uuid));
      expect(told).toEqual(wanted);
      expect(client.values.size).toBeGreaterThan(20);
      client.close();
    },
  );
});
