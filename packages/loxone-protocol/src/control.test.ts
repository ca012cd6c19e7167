import { describe, expect, test } from 'vitest';
import { flattenControls } from './control.ts';

const ID = (digit: number) => `0f869a64-0200-0a9b-ffffd4c75dbaf53${digit}`;
const ROOMS = { [ID(8)]: { name: 'Kitchen' }, [ID(9)]: { name: 4 } };
const CATEGORIES = { [ID(8)]: { name: 'Lights' } };

function flatten(controls: Record<string, unknown>) {
  return flattenControls(controls, ROOMS, CATEGORIES);
}

describe('a control', () => {
  test('has a name, a type, a room, a category and states', () => {
    const control = {
      name: 'Ceiling',
      type: 'Switch',
      uuidAction: ID(1),
      room: ID(8),
      cat: ID(8),
      states: { active: ID(2) },
    };
    expect(flatten({ [ID(1)]: control })).toEqual({
      skippedStates: 0,
      controls: [
        {
          uuid: ID(1),
          name: 'Ceiling',
          type: 'Switch',
          room: 'Kitchen',
          category: 'Lights',
          parentUuid: undefined,
          states: [{ name: 'active', uuid: ID(2) }],
        },
      ],
    });
  });

  test('may have nothing at all, and is then known by its key', () => {
    const nothing = { name: '', type: '', room: '', category: '', parentUuid: undefined, states: [] };
    expect(flatten({ [ID(1)]: {} }).controls).toEqual([{ uuid: ID(1), ...nothing }]);
  });

  test('may be of any type, the empty one too', () => {
    const controls = { a: { type: 'Teleporter' }, b: { type: '' } };
    expect(flatten(controls).controls.map(({ type }) => type)).toEqual(['Teleporter', '']);
  });

  test('may be in a room that does not exist, or has a number for a name', () => {
    const controls = { a: { room: ID(7) }, b: { room: ID(9) }, c: { room: 'constructor' }, d: { room: 3 } };
    expect(flatten(controls).controls.map(({ room }) => room)).toEqual(['', '4', '', '']);
  });

  test('is left out when it is no object', () => {
    expect(flatten({ a: null, b: 7, c: 'Switch', d: [], e: { name: 5 } }).controls).toMatchObject([{ name: '5' }]);
  });
});

describe('a sub-control', () => {
  test('follows its control, knows it, and is in its room and category', () => {
    const master = { uuidAction: `${ID(1)}/masterValue`, name: 'All', states: { position: ID(3) } };
    const subControls = { other: master, [`${ID(1)}/AI1`]: { name: 'First' } };
    const { controls } = flatten({ [ID(1)]: { name: 'Lights', room: ID(8), cat: ID(8), subControls } });
    const inherited = { room: 'Kitchen', category: 'Lights', parentUuid: ID(1) };
    expect(controls).toMatchObject([
      { uuid: ID(1), parentUuid: undefined },
      { uuid: `${ID(1)}/masterValue`, name: 'All', ...inherited, states: [{ name: 'position', uuid: ID(3) }] },
      { uuid: `${ID(1)}/AI1`, name: 'First', ...inherited },
    ]);
  });

  test('is in its own room when it names one', () => {
    const rooms = { ...ROOMS, [ID(7)]: { name: 'Cellar' } };
    const controls = { a: { room: ID(8), subControls: { b: { room: ID(7) } } } };
    expect(flattenControls(controls, rooms, {}).controls.map(({ room }) => room)).toEqual(['Kitchen', 'Cellar']);
  });

  test('may have sub-controls itself, which inherit on', () => {
    const { controls } = flatten({ a: { room: ID(8), subControls: { b: { subControls: { c: {} } } } } });
    expect(controls).toMatchObject([
      { uuid: 'a', room: 'Kitchen' },
      { uuid: 'b', room: 'Kitchen', parentUuid: 'a' },
      { uuid: 'c', room: 'Kitchen', parentUuid: 'b' },
    ]);
  });

  test('is left out when it is nested deeper than makes sense', () => {
    const endless: Record<string, unknown> = {};
    endless['subControls'] = { endless };
    expect(flatten({ endless }).controls).toHaveLength(9);
  });
});

describe('a state', () => {
  test('that is an array is one state each', () => {
    const { controls } = flatten({ a: { states: { temperatures: [ID(1), ID(2)], mode: ID(3) } } });
    expect(controls[0]?.states).toEqual([
      { name: 'temperatures[0]', uuid: ID(1) },
      { name: 'temperatures[1]', uuid: ID(2) },
      { name: 'mode', uuid: ID(3) },
    ]);
  });

  test('has its UUID in lower case', () => {
    expect(flatten({ a: { states: { active: ID(1).toUpperCase() } } }).controls[0]?.states[0]?.uuid).toBe(ID(1));
  });

  test('is skipped and counted when it has no UUID, and the others are kept', () => {
    const states = { host: 'http://192.0.2.20/', list: [ID(1), null, 7], deep: [[ID(2)]], nested: { a: ID(3) } };
    const { controls, skippedStates } = flatten({ a: { states }, b: { states: 'none' } });
    expect(controls[0]?.states).toEqual([{ name: 'list[0]', uuid: ID(1) }]);
    expect(skippedStates).toBe(5);
  });
});
