import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureIngest } from '../bench/ingest.ts';
import { pooled, valueTable } from '../test/wire.ts';
import { StateTable } from './state-table.ts';
import { decodeValueStates } from './value-states.ts';

const POWER = '15beed5b-01ab-d81f-ffff403fb0c34b9e';
const ENERGY = '15beed5b-01ab-d820-ffff403fb0c34b9e';
const UNKNOWN = '00000000-0000-0000-0000000000000001';

function setup() {
  const table = new StateTable();
  table.add(POWER, 0);
  table.add(ENERGY, 1);
  const events: [state: number, value: number][] = [];
  const decode = (payload: Uint8Array) => decodeValueStates(payload, table, (...event) => events.push(event));
  return { table, events, decode };
}

describe('a table of value states', () => {
  test('gives each registered state its value, and counts the rest', () => {
    const { events, decode } = setup();
    const payload = valueTable([
      [POWER, 2.5],
      [UNKNOWN, 7],
      [ENERGY, 21],
      [POWER, -1_000],
    ]);
    expect(decode(payload)).toEqual({ entries: 4, unknown: 1, fault: undefined });
    expect(events).toEqual([
      [0, 2.5],
      [1, 21],
      [0, -1_000],
    ]);
  });

  test('gives a value to all states that share a UUID', () => {
    const { table, events, decode } = setup();
    table.add(POWER, 2);
    decode(valueTable([[POWER, 5]]));
    expect(events).toEqual([
      [2, 5],
      [0, 5],
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, Number.MAX_VALUE])(
    'hands on %d as it is',
    (value) => {
      const { events, decode } = setup();
      decode(valueTable([[ENERGY, value]]));
      expect(events).toEqual([[1, value]]);
    },
  );

  test('may begin anywhere in a larger buffer', () => {
    for (let offset = 0; offset < 16; offset += 1) {
      const { events, decode } = setup();
      decode(pooled(valueTable([[ENERGY, 1.25]]), offset));
      expect(events).toEqual([[1, 1.25]]);
    }
  });

  test('may be empty', () => {
    expect(setup().decode(new Uint8Array(0))).toEqual({ entries: 0, unknown: 0, fault: undefined });
  });

  test('that ends inside an entry gives what is complete, and a fault', () => {
    const { events, decode } = setup();
    const payload = valueTable([
      [POWER, 1],
      [ENERGY, 2],
    ]);
    expect(decode(payload.subarray(0, 47))).toEqual({
      entries: 1,
      unknown: 0,
      fault: { reason: 'bad_table', detail: 'value states after 1 entries: expected 24 bytes, found 23' },
    });
    expect(events).toEqual([[0, 1]]);
  });

  test('of any bytes is read without an error, entry by entry', () => {
    const holds = fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      const { entries, unknown, fault } = setup().decode(payload);
      expect([entries, unknown]).toEqual([Math.floor(payload.length / 24), entries]);
      expect(fault === undefined).toBe(payload.length % 24 === 0);
    });
    fc.assert(holds);
  });

  test('is stored whole by the benchmark', () => {
    expect(measureIngest({ uuids: 300, entriesPerTable: 100, events: 1_000, rounds: 1 })).toBeGreaterThan(0);
  });
});
