import type { Control } from '@device-exporters/loxone-protocol';
import { describe, expect, test } from 'vitest';
import { selectControls } from './filters.ts';

function control(uuid: string, over: Partial<Control> = {}): Control {
  return {
    uuid,
    name: uuid,
    type: 'Switch',
    room: 'Hall',
    category: 'Light',
    parentUuid: undefined,
    states: [],
    ...over,
  };
}

const CONTROLS = [
  control('a', { name: 'Debug lamp' }),
  control('b', { room: '' }),
  control('c', { type: 'Pushbutton', room: 'Cellar' }),
  control('d', { type: 'LightControllerV2' }),
  control('d/1', { parentUuid: 'd', name: 'Ceiling' }),
  control('d/1/1', { parentUuid: 'd/1', type: 'Dimmer' }),
];

const NONE = { exclude_rooms: [], exclude_types: [], exclude_names: [] };

describe('what is exported', () => {
  test.each([
    ['everything', {}, 'a b c d d/1 d/1/1'],
    ['no room of that name', { exclude_rooms: ['Cellar', 'cellar'] }, 'a b d d/1 d/1/1'],
    ['no type of that name', { exclude_types: ['Switch'] }, 'c d'],
    ['no name like that', { exclude_names: ['Debug *', 'C?iling'] }, 'b c d'],
    ['no part of what is left out', { exclude_types: ['LightControllerV2'] }, 'a b c'],
    ['nothing', { exclude_names: ['*'] }, ''],
  ])('%s', (_, filters, uuids) => {
    const selected = selectControls(CONTROLS, { ...NONE, ...filters });
    expect([...selected].map(({ uuid }) => uuid).join(' ')).toBe(uuids);
  });

  test('is nothing without a room only where the empty room is left out', () => {
    expect(selectControls(CONTROLS, { ...NONE, exclude_rooms: [''] }).size).toBe(CONTROLS.length - 1);
  });
});
