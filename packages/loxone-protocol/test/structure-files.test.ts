import { describe, expect, test } from 'vitest';
import { isGeneration2, parseStructure, type Structure } from '../src/index.ts';
import { hasReference, readReference } from './reference.ts';

function read(file: string): Structure {
  return parseStructure(readReference(`fixtures/${file}`));
}

function stateNames(structure: Structure, type: string): string[] {
  return structure.controls.find((control) => control.type === type)?.states.map(({ name }) => name) ?? [];
}

describe.skipIf(!hasReference)('the structure files of ../shared/reference/loxone', () => {
  test('of a demo house: sub-controls are controls, numbers may be texts', () => {
    const structure = read('loxapp3-demo-house-gen2.json');
    expect(structure.lastModified).toBe('2022-02-25 11:51:06');
    expect(structure.miniserver).toMatchObject({ serial: '504F94000001', name: 'Test Miniserver', type: 2 });
    expect(isGeneration2({ miniserverType: structure.miniserver.type })).toBe(true);
    expect(structure.controls).toHaveLength(133);
    expect(structure.controls.filter(({ parentUuid }) => parentUuid === undefined)).toHaveLength(72);
    expect(structure.controls.every(({ room, category }) => room !== '' && category !== '')).toBe(true);
    expect(structure.skippedStates).toBe(0);
  });

  test('of many functions: most have no room, two share a state', () => {
    const structure = read('loxapp3-functions-gen2.json');
    const uuids = structure.controls.flatMap(({ states }) => states.map(({ uuid }) => uuid));
    expect(structure.controls).toHaveLength(136);
    expect(structure.controls.filter(({ room, parentUuid }) => room === '' && parentUuid === undefined)).toHaveLength(
      83,
    );
    expect(structure.controls.filter(({ states }) => states.length === 0)).toHaveLength(2);
    expect(new Set(uuids).size).toBe(uuids.length - 1);
  });

  test('of a showroom of Generation 1: a state that is an array', () => {
    const structure = read('loxapp3-showroom-gen1.json');
    expect(isGeneration2({ miniserverType: structure.miniserver.type })).toBe(false);
    expect(stateNames(structure, 'IRoomController')).toEqual(
      expect.arrayContaining(['tempActual', 'temperatures[0]', 'temperatures[6]']),
    );
    expect(stateNames(structure, 'CentralLightController')).toEqual([]);
  });
});
