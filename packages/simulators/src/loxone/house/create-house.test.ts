import { describe, expect, it } from 'vitest';
import { createHouse } from './create-house.ts';
import type { House } from './house.ts';
import { allControls, stateReferences } from './structure.ts';

const MIDNIGHT = Date.UTC(2024, 2, 10);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function controlsOf(house: House) {
  return [...allControls(house.structure)];
}

/** Numeric series an exporter would make of it: control by control, arrays element by element. */
function seriesOf(house: House): number {
  const references = [...stateReferences(house.structure)].filter(({ owner }) => owner !== 'globalStates');
  return references.filter(({ uuid }) => house.value(uuid) !== undefined).length;
}

/** Values of one state over a day, taken every ten minutes. */
function dayOf(house: House, control: string, state: string): number[] {
  const uuid = house.stateUuid(control, state);
  return Array.from({ length: 145 }, (_, step) => {
    house.advance(MIDNIGHT + step * 10 * MINUTE_MS);
    house.takeChanges();
    return house.value(uuid) ?? Number.NaN;
  });
}

describe('the demo house', () => {
  it('has sixty controls with sub-controls, rooms and categories, of nearly every type', () => {
    const house = createHouse();
    const types = new Set(controlsOf(house).map((control) => control.type));
    expect(controlsOf(house)).toHaveLength(60);
    expect(types.size).toBeGreaterThan(25);
    for (const type of [
      'IRoomControllerV2',
      'Jalousie',
      'LightControllerV2',
      'Meter',
      'EFM',
      'Wallbox2',
      'SmokeAlarm',
    ]) {
      expect(types).toContain(type);
    }
    expect(Object.keys(house.structure['rooms'] as object)).toHaveLength(10);
    expect(JSON.stringify(house.structure['rooms'])).toContain('Büro');
  });

  it('holds what trips exporters: twins, orphans, unknown types and arrays of states', () => {
    const controls = controlsOf(createHouse());
    const twins = controls.filter((control) => control.name === 'Socket');
    expect(new Set(twins.map(({ name, type, room, cat }) => [name, type, room, cat].join()))).toHaveProperty('size', 1);
    expect(twins).toHaveLength(2);
    const orphan = controls.find((control) => control.type === 'Webpage')!;
    expect([orphan.room, orphan.cat, orphan.states]).toEqual([undefined, undefined, undefined]);
    expect(controls.some((control) => control.type === 'AquariumController')).toBe(true);
    const old = controls.find((control) => control.type === 'IRoomController')!;
    expect(old.states!['temperatures']).toHaveLength(7);
  });

  it('has a value, text or table for every state of its file, each with a UUID of its own', () => {
    const house = createHouse();
    house.advance(MIDNIGHT);
    const { values, texts, daytimers, weather } = house.snapshot();
    const told = [...values, ...texts, ...daytimers, ...weather].map((event) => event.uuid);
    expect(new Set(told).size).toBe(told.length);
    for (const { uuid, name } of stateReferences(house.structure)) expect(told, name).toContain(uuid);
    const uuids = controlsOf(house).map((control) => control.uuidAction);
    expect(new Set([...uuids, ...told]).size).toBe(uuids.length + told.length);
  });

  it('warms up towards noon and has sun by day only', () => {
    const house = createHouse();
    const celsius = dayOf(house, 'Outdoor Temperature', 'value');
    expect(celsius.indexOf(Math.max(...celsius))).toBeGreaterThan(72);
    expect(Math.max(...celsius) - Math.min(...celsius)).toBeGreaterThan(3);
    const sunshine = dayOf(createHouse(), 'Sunshine', 'value');
    expect(sunshine[0]).toBe(0);
    expect(sunshine[72]).toBeGreaterThan(10_000);
    expect(sunshine[144]).toBe(0);
  });

  it('heats its rooms towards their target and lets them cool at night', () => {
    const actual = dayOf(createHouse(), 'Room Controller', 'tempActual');
    const target = dayOf(createHouse(), 'Room Controller', 'tempTarget');
    expect([target[0], target[60]]).toEqual([18.5, 21.5]);
    expect(actual[35]!).toBeLessThan(actual[0]!);
    expect(actual[100]!).toBeGreaterThan(21);
    expect(Math.max(...actual)).toBeLessThan(23);
  });

  it.each([
    ['Grid Meter', 'total'],
    ['Grid Meter', 'totalNeg'],
    ['Photovoltaics', 'total'],
    ['Battery', 'totalNeg'],
    ['Water Meter', 'total'],
    ['Wallbox', 'total'],
    ['Heating Pump Hours', 'total'],
  ])('never lets the %s fall in its %s', (control, state) => {
    const totals = dayOf(createHouse(), control, state);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(totals.at(-1)!).toBeGreaterThan(totals[0]!);
  });

  it('counts what flows: the solar total is the sum of the solar power', () => {
    const power = dayOf(createHouse(), 'Photovoltaics', 'actual');
    const total = dayOf(createHouse(), 'Photovoltaics', 'total');
    const sum = power.slice(1).reduce((kwh, kw) => kwh + kw / 6, 0);
    expect(total.at(-1)! - total[0]!).toBeCloseTo(sum, 1);
  });

  it('starts the counters of a day anew at midnight', () => {
    const day = dayOf(createHouse(), 'Photovoltaics', 'totalDay');
    expect(day[143]).toBeGreaterThan(1);
    expect(day[144]).toBe(0);
  });

  it('keeps grid, battery and sun in balance with what is used', () => {
    const house = createHouse();
    for (let hour = 0; hour < 48; hour += 1) {
      const { power } = house.advance(MIDNIGHT + hour * HOUR_MS);
      expect(power.gridKw + power.batteryKw + power.solarKw).toBeCloseTo(power.householdKw + power.carKw, 9);
      expect(power.batteryPercent).toBeGreaterThanOrEqual(9.99);
      expect(power.batteryPercent).toBeLessThanOrEqual(100.01);
    }
  });

  it('moves blinds, lights, windows and the car in the course of a day', () => {
    for (const [control, state] of [
      ['Bedroom Shutter', 'position'],
      ['Ceiling', 'position'],
      ['Windows', 'numTilted'],
      ['Wallbox', 'active'],
      ['Presence', 'active'],
      ['Coffee Machine', 'active'],
    ] as const) {
      expect(new Set(dayOf(createHouse(), control, state)).size, control).toBeGreaterThan(1);
    }
  });

  it('tells only what changed, and nothing when no time passed', () => {
    const house = createHouse();
    house.advance(MIDNIGHT);
    house.takeChanges();
    house.advance(MIDNIGHT);
    expect(house.takeChanges()).toEqual({ values: [], texts: [], daytimers: [], weather: [] });
    house.advance(MIDNIGHT + 10 * MINUTE_MS);
    const { values, texts } = house.takeChanges();
    expect(values.length).toBeGreaterThan(5);
    expect(values.length).toBeLessThan(150);
    expect(texts.map(({ text }) => text)).toContain('2024-03-10 00:10:00 +00:00:00');
  });

  it('does not let time run backwards', () => {
    const house = createHouse();
    house.advance(MIDNIGHT + HOUR_MS);
    expect(house.advance(MIDNIGHT).unixMs).toBe(MIDNIGHT + HOUR_MS);
  });
});

describe('a house of any size', () => {
  it.each([1, 2, 7, 59, 61, 100, 500, 1500])('has exactly the %i controls asked for', (controls) => {
    expect(controlsOf(createHouse({ controls }))).toHaveLength(controls);
  });

  it('makes 2 700 to 3 100 numeric series of 500 controls', () => {
    const series = seriesOf(createHouse({ controls: 500 }));
    expect(series).toBeGreaterThan(2700);
    expect(series).toBeLessThan(3100);
  });

  it('is the same for the same options, states and life included', () => {
    const [one, same, other] = [{}, {}, { seed: 2 }].map((options) => createHouse({ controls: 200, ...options }));
    expect(one!.structure).toEqual(same!.structure);
    for (const house of [one!, same!, other!]) {
      for (let hour = 0; hour < 30; hour += 1) house.advance(MIDNIGHT + hour * HOUR_MS);
      house.takeChanges();
    }
    expect(one!.snapshot()).toEqual(same!.snapshot());
    expect(one!.snapshot()).not.toEqual(other!.snapshot());
    expect(one!.takeValues(50)).toEqual(same!.takeValues(50));
  });

  it('names its generation and serial number in the file', () => {
    const house = createHouse({ generation: 1, serialNumber: '504F94AABBCC', name: 'Hut' });
    expect(house.structure['msInfo']).toMatchObject({ miniserverType: 0, serialNr: '504F94AABBCC', msName: 'Hut' });
    expect(createHouse().structure['msInfo']).toMatchObject({ miniserverType: 2 });
  });
});
