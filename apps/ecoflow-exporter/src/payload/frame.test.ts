import { beforeAll, describe, expect, test } from 'vitest';
import { hasReference, readReference } from '../../test/reference.ts';
import { camelCased } from '../../test/wire.ts';
import { loadFamilyTable, TABLE_NAMES, type TableName } from './family-tables.ts';
import type { FamilyTable } from './field-table.ts';
import { encodeGetAll } from './header.ts';
import { readPayload } from './read-payload.ts';

interface HeaderVector {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Vector extends Partial<HeaderVector> {
  readonly name: string;
  readonly payload_hex?: string;
  readonly payload_text?: string;
  readonly headers?: readonly HeaderVector[];
}

/** Family, and what the table puts before the keys. */
const FAMILIES: readonly (readonly [start: string, table: TableName, prefix: string])[] = [
  ['powerstream_heartbeat', 'powerstream', '20_1.'],
  ['smart_plug', 'smart_plug', '2_1.'],
  ['delta_pro_3', 'delta_pro_3', ''],
  ['river_3', 'river_3', ''],
  ['smart_home_panel_2', 'smart_home_panel_2', ''],
  ['real_delta_3', 'delta_3', ''],
  ['real_stream_microinverter', 'stream_microinverter', ''],
];

const vectors = hasReference ? readReference<{ cases: Vector[] }>('vectors/protobuf.json').cases : [];
const tables = new Map<TableName, FamilyTable>();

beforeAll(async () => {
  for (const name of TABLE_NAMES) tables.set(name, await loadFamilyTable(name));
});

function decode(vector: Vector, name: TableName) {
  const { payload_hex = '', payload_text } = vector;
  const payload = payload_text === undefined ? Buffer.from(payload_hex, 'hex') : Buffer.from(payload_text);
  const table = tables.get(name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return readPayload(payload, { serialNumber: serialOf(payload_hex), table });
}

/** The frames of a family name their device. */
function serialOf(hex: string): string {
  return /HW5[12]ZTEST\d+/.exec(Buffer.from(hex, 'hex').toString('latin1'))?.[0] ?? 'TEST';
}

function vectorNamed(name: string): Vector {
  const vector = vectors.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`no vector ${name}`);
  return vector;
}

describe.runIf(hasReference)('a protobuf frame', () => {
  const plain = vectors.filter(({ name, fields, headers }) => {
    return (fields ?? headers) !== undefined && FAMILIES.some(([start]) => name.startsWith(start));
  });

  test.each(plain)('$name gives exactly the fields that are on the wire', (vector) => {
    const [, table, prefix] = FAMILIES.find(([start]) => vector.name.startsWith(start)) ?? ['', 'delta_3', ''];
    const expected = new Map<string, number>();
    for (const { fields } of vector.headers ?? [{ fields: vector.fields ?? {} }]) camelCased(fields, prefix, expected);
    const { readings, isOnline, unknownCommands, encoding } = decode(vector, table as TableName);
    // Of real frames the vectors hold what the table of one family knows; families of the newer generation know more.
    const keys = [...readings.values.keys()].filter((key) => expected.has(key) || !vector.name.startsWith('real_'));
    expect(keys.sort()).toEqual([...expected.keys()].sort());
    for (const [key, value] of expected) expect(readings.values.get(key), key).toBeCloseTo(value, 3);
    expect({ isOnline, unknownCommands, encoding }).toEqual({
      isOnline: true,
      unknownCommands: [],
      encoding: 'protobuf',
    });
  });

  test('may come as base64 text', () => {
    const frame = decode(vectorNamed('river_3_bundle_two_headers'), 'river_3');
    expect(decode(vectorNamed('river_3_base64'), 'river_3')).toEqual(frame);
  });

  test('sums the energies of a day, an empty list as 0', () => {
    const { readings } = decode(vectorNamed('powerstream_energy_packed'), 'powerstream');
    expect(Object.fromEntries(readings.values)).toEqual({
      '254_32.watthPv1': 60,
      '254_32.watthPv2': 5,
      '254_32.watthToBattery': 12,
    });
  });

  test('with the code -2 says that the device is off line, and nothing else', () => {
    const { readings, isOnline } = decode(vectorNamed('get_reply_device_offline'), 'powerstream');
    expect({ size: readings.values.size, isOnline }).toEqual({ size: 0, isOnline: false });
  });

  test('asks for everything as the vector does', () => {
    const { payload_hex } = vectorNamed('get_all_request');
    expect(Buffer.from(encodeGetAll(999_955_555, 'exporter')).toString('hex')).toBe(payload_hex);
  });
});
