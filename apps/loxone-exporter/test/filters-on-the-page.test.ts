import { describe, expect, test } from 'vitest';
import { connected, follow } from './followed.ts';
import { type PlannedControl, structureFile } from './structure-file.ts';
import { told } from './told.ts';

const CONTROLS: readonly PlannedControl[] = [
  { name: 'Lamp 1', type: 'Switch', room: 'Hall' },
  { name: 'Lamp 2', type: 'Switch', room: 'hall' },
  { name: 'Lamp x', type: 'Dimmer', room: 'Cellar' },
  { name: 'Debug lamp', type: 'Switch', room: 'Cellar, old' },
  { name: 'debug lamp', type: 'switch' },
  { name: 'Blind*', type: 'Jalousie', room: 'Hall', parts: [{ name: 'Slat', type: 'Dimmer' }] },
];

/** The names on the page of an exporter with these filters. */
async function namesWith(config: object, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  await using followed = await follow({ miniserver: { house: structureFile(CONTROLS) }, config, environment });
  const page = await told(followed);
  // Left out is not unknown, and what is found is not what is shown.
  expect(page.value('loxone_unknown_uuids_total')).toBe(0);
  expect(page.value('loxone_exporter_controls_discovered')).toBe(7);
  const names = page.lines('loxone_control_value').map(({ labels }) => labels['name']);
  expect(page.value('loxone_exporter_controls_exported')).toBe(names.length);
  return names.join(', ');
}

describe('left out are', () => {
  test.each([
    ['no controls without filters', {}, 'Lamp 1, Lamp 2, Lamp x, Debug lamp, debug lamp, Blind*, Slat'],
    [
      'rooms by exact name, parts included',
      { exclude_rooms: ['Hall', 'Cell*'] },
      'Lamp 2, Lamp x, Debug lamp, debug lamp',
    ],
    ['rooms with a comma', { exclude_rooms: ['Cellar, old'] }, 'Lamp 1, Lamp 2, Lamp x, debug lamp, Blind*, Slat'],
    ['controls without a room', { exclude_rooms: [''] }, 'Lamp 1, Lamp 2, Lamp x, Debug lamp, Blind*, Slat'],
    ['types by exact name', { exclude_types: ['Switch', 'Jal*'] }, 'Lamp x, debug lamp, Blind*, Slat'],
    ['parts by their own type', { exclude_types: ['Dimmer'] }, 'Lamp 1, Lamp 2, Debug lamp, debug lamp, Blind*'],
    ['names by a pattern', { exclude_names: ['Lamp*'] }, 'Debug lamp, debug lamp, Blind*, Slat'],
    ['names in their case', { exclude_names: ['debug*'] }, 'Lamp 1, Lamp 2, Lamp x, Debug lamp, Blind*, Slat'],
    [
      'whole names only',
      { exclude_names: ['amp', 'Lamp', '?amp'] },
      'Lamp 1, Lamp 2, Lamp x, Debug lamp, debug lamp, Blind*, Slat',
    ],
    ['names by a set', { exclude_names: ['Lamp [0-9]'] }, 'Lamp x, Debug lamp, debug lamp, Blind*, Slat'],
    [
      'names by what is no member of a set',
      { exclude_names: ['Lamp [!0-9]', '[!LDdS]*'] },
      'Lamp 1, Lamp 2, Debug lamp, debug lamp',
    ],
    ['names with a real star', { exclude_names: ['*[*]'] }, 'Lamp 1, Lamp 2, Lamp x, Debug lamp, debug lamp'],
    [
      'what any filter names',
      { exclude_rooms: ['Hall'], exclude_types: ['switch'], exclude_names: ['?ebug ????'] },
      'Lamp 2, Lamp x',
    ],
  ])('%s', async (_, config, names) => {
    expect(await namesWith(config)).toBe(names);
  });

  test.each([
    ['rooms', { LOXONE_EXCLUDE_ROOMS: 'Hall, Cellar' }, 'Lamp 2, Debug lamp, debug lamp'],
    ['types', { LOXONE_EXCLUDE_TYPES: 'Switch' }, 'Lamp x, debug lamp, Blind*, Slat'],
    ['names', { LOXONE_EXCLUDE_NAMES: 'Lamp ?,S*' }, 'Debug lamp, debug lamp, Blind*'],
  ])('%s that a variable names, instead of those of the file', async (_, environment, names) => {
    const config = { exclude_rooms: [], exclude_types: ['Dimmer'], exclude_names: ['Debug lamp'] };
    const [key = ''] = Object.keys(environment).map((name) => name.replace('LOXONE_', '').toLowerCase());
    expect(await namesWith({ [key]: config[key as keyof typeof config] }, environment)).toBe(names);
  });
});

test('a pattern that no regular expression likes is a pattern all the same', async () => {
  const hostile = ['[', '[]', '(', 'Living-Room *', '*'.repeat(1000).concat('!'), '[z-a]', '\\', '+', '{1}'];
  expect(await namesWith({ exclude_names: hostile })).toContain('Lamp 1, Lamp 2');
});

test('filters that change with a reload are on the next page', async () => {
  await using followed = await follow({ miniserver: { house: structureFile(CONTROLS) } });
  const { app, miniserver } = followed;
  await told(followed);
  const { host, port, sslPort, user: username, password } = miniserver;
  const entry = { name: 'home', host, port, ssl_port: sslPort, username, password };
  await app.reload({ miniservers: [entry], exclude_types: ['Switch', 'switch'] });
  await connected(app);
  await app.scrapeUntil('the switches are gone', (page) => {
    const names = page.lines('loxone_control_value').map(({ labels }) => labels['name']);
    return names.toSorted().join() === 'Blind*,Lamp x,Slat';
  });
});
