import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStructure, StructureError } from './structure.ts';

const MINISERVER = { serialNr: '504f94a0b84a', msName: 'Home', projectName: 'Villa', miniserverType: '2' };

describe('a structure file', () => {
  test('says whose it is and when it was written', () => {
    const file = { lastModified: '2022-02-25 11:51:06', msInfo: MINISERVER, controls: {} };
    expect(parseStructure(file)).toEqual({
      lastModified: '2022-02-25 11:51:06',
      miniserver: { serial: '504F94A0B84A', name: 'Home', projectName: 'Villa', type: 2 },
      controls: [],
      otherStateUuids: [],
      skippedStates: 0,
    });
  });

  test('may say next to nothing', () => {
    expect(parseStructure({ controls: {} })).toEqual({
      lastModified: '',
      miniserver: { serial: '', name: '', projectName: '', type: undefined },
      controls: [],
      otherStateUuids: [],
      skippedStates: 0,
    });
  });

  test('has states that belong to no control', () => {
    const uuid = (digit: string) => `${digit.repeat(8)}-0000-0000-ffff${'0'.repeat(12)}`;
    const file = {
      controls: { one: { name: 'One', states: { value: uuid('c') } } },
      globalStates: { sunrise: uuid('A'), hasInternet: 'not a UUID' },
      weatherServer: { states: { actual: uuid('1') } },
      mediaServer: { [uuid('d')]: { name: 'Music', states: { serverState: uuid('2') } } },
      operatingModes: { 0: 'holiday' },
    };
    expect(parseStructure(file).otherStateUuids).toEqual([uuid('a'), uuid('1'), uuid('2')]);
  });

  test.each([
    ['an object, found undefined', undefined],
    ['an object, found null', null],
    ['an object, found string', '{}'],
    ['an object, found an array', []],
    ['an object of controls, found undefined', {}],
    ['an object of controls, found an array', { controls: [] }],
    ['an object of controls, found null', { controls: null }],
  ])('is %s', (message, file) => {
    expect(() => parseStructure(file)).toThrow(new StructureError(`structure file: expected ${message}`));
  });

  test('may be any nonsense within', () => {
    const key = fc.constantFrom('msInfo', 'rooms', 'cats', 'room', 'states', 'subControls', 'name', '__proto__');
    const values = [fc.string(), fc.double(), fc.constant(null), fc.boolean(), fc.constant([[null]])];
    const nonsense = fc.object({ key, values, maxDepth: 4, maxKeys: 6 });
    const anything = fc.oneof(nonsense, ...values);
    const parts = fc.record({ msInfo: anything, rooms: anything, cats: anything });
    const holds = fc.property(parts, fc.dictionary(fc.string(), anything), (rest, controls) => {
      for (const control of parseStructure({ ...rest, controls }).controls) {
        expect([control.name, control.type, control.room].every((text) => typeof text === 'string')).toBe(true);
      }
    });
    fc.assert(holds);
  });
});
