import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceNames } from './device-names.ts';
import { foldSegment } from './segment.ts';
import { nameFile } from './state-file.ts';

const A = '8006A1B2C3D40001';
const B = '8006A1B2C3D4BEEF';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'graphite-names-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (): string => join(directory, 'names.json');
const names = () => createDeviceNames({ store: nameFile(file()) });
const assigned = (...devices: [string, string | undefined][]): Record<string, string> =>
  Object.fromEntries(names().assign(devices.map(([id, alias]) => ({ id, alias }))));

describe('two devices with one name', () => {
  test('are told apart by the id of the second, whichever is named first', () => {
    const expected = { [A]: 'lamp_1', [B]: 'lamp_1_beef' };
    expect(assigned([A, 'Lamp 1'], [B, 'lamp-1'])).toEqual(expected);
    rmSync(file());
    expect(assigned([B, 'lamp-1'], [A, 'Lamp 1'])).toEqual(expected);
  });

  test('keep their names when they come one by one, over every restart', () => {
    expect(assigned([B, 'lamp'])).toEqual({ [B]: 'lamp' });
    expect(assigned([A, 'lamp'], [B, 'lamp'])).toEqual({ [A]: 'lamp_0001', [B]: 'lamp' });
    expect(assigned([A, 'lamp'])).toEqual({ [A]: 'lamp_0001' });
  });

  test('are told apart however long the name is, also when it is folded once more', () => {
    const long = 'x'.repeat(300);
    const given = Object.values(assigned([A, long], [B, long]));
    expect(new Set(given.map((name) => foldSegment(name))).size).toBe(2);
  });

  test('take more digits where four are the same, and a number where there are none', () => {
    const ids = ['1111abcd', '2222abcd', '3333abcd'];
    expect(Object.values(assigned(...ids.map((id): [string, string] => [id, 'x'])))).toEqual([
      'x',
      'x_abcd',
      'x_3333abcd',
    ]);
    expect(Object.values(assigned(['zz', 'y'], ['zzz', 'y'], ['zzzz', 'y']))).toEqual(['y', 'y_2', 'y_3']);
  });
});

describe('a name', () => {
  test('stays when the device is renamed', () => {
    assigned([A, 'Fridge']);
    expect(assigned([A, 'Freezer'])).toEqual({ [A]: 'fridge' });
  });

  test('is not replaced by a stopgap while the device is silent', () => {
    assigned([A, 'Fridge']);
    expect(assigned([A, undefined])).toEqual({ [A]: 'fridge' });
  });

  test('made of the id gives way to the first true one', () => {
    expect(assigned([A, undefined], [B, ' '])).toEqual({ [A]: A.toLowerCase(), [B]: B.toLowerCase() });
    expect(assigned([A, 'Fridge'])).toEqual({ [A]: 'fridge' });
  });

  test('that folds to nothing is the id, and stays it', () => {
    expect(assigned([A, '日本'])).toEqual({ [A]: A.toLowerCase() });
    expect(assigned([A, 'Lamp'])).toEqual({ [A]: A.toLowerCase() });
  });

  test('may stand under any id', () => {
    expect(
      names()
        .assign([{ id: '__proto__', alias: 'x' }])
        .get('__proto__'),
    ).toBe('x');
    expect(
      names()
        .assign([{ id: '__proto__', alias: 'y' }])
        .get('__proto__'),
    ).toBe('x');
  });
});

describe('the state file', () => {
  test('is readable, and nothing else is left beside it', () => {
    assigned([A, 'Fridge']);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ version: 1, names: { [A]: 'fridge' } });
    expect(readdirSync(directory)).toEqual(['names.json']);
  });

  test.each(['', '{', '[]', '{"version":2,"names":{}}', '{"version":1,"names":{"a":"b c"}}'])(
    'is put aside when it is %j',
    (text) => {
      writeFileSync(file(), text);
      expect(assigned([A, 'Fridge'])).toEqual({ [A]: 'fridge' });
      expect(readFileSync(`${file()}.broken`, 'utf8')).toBe(text);
    },
  );

  test('that cannot be read now is not overwritten', () => {
    assigned([A, 'Fridge']);
    const unreadable = {
      ...nameFile(file()),
      load: () => {
        throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      },
    };
    const blind = createDeviceNames({ store: unreadable });
    expect(blind.assign([{ id: A, alias: 'Other' }]).get(A)).toBe('other');
    expect(assigned([A, 'Other'])).toEqual({ [A]: 'fridge' });
  });

  test('that cannot be written is warned of once, and written when it can', () => {
    const warnings: string[] = [];
    const log = {
      info: () => undefined,
      warn: (_: unknown, text: string) => warnings.push(text),
      error: () => undefined,
    };
    writeFileSync(join(directory, 'blocked'), '');
    const store = nameFile(join(directory, 'blocked', 'names.json'));
    const blocked = createDeviceNames({ store: { ...store, load: () => new Map() }, log });
    expect(blocked.assign([{ id: A, alias: 'Fridge' }]).get(A)).toBe('fridge');
    blocked.assign([{ id: A, alias: 'Other' }]);
    expect(warnings).toHaveLength(1);
    rmSync(join(directory, 'blocked'));
    expect(blocked.assign([{ id: A, alias: 'Other' }]).get(A)).toBe('fridge');
    expect(store.load()).toEqual(new Map([[A, 'fridge']]));
  });
});
