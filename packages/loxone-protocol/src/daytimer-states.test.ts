import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float64, int32, pooled, uuidBytes } from '../test/wire.ts';
import { decodeDaytimerStates } from './daytimer-states.ts';

const HEATING = '15beed5b-01ab-d81f-ffff403fb0c34b9e';

function head(defaultValue: number, count: number): Buffer {
  return Buffer.concat([uuidBytes(HEATING), float64(defaultValue), int32(count)]);
}

const MORNING = Buffer.concat([int32(3, 360, 480, 1), float64(21.5)]);

describe('a table of daytimer states', () => {
  test('is read with all entries', () => {
    const payload = Buffer.concat([head(18, 0), head(-1.5, 2), MORNING, int32(-1, 0, 1_440, 0), float64(57_648)]);
    expect(decodeDaytimerStates(pooled(payload))).toEqual({
      fault: undefined,
      states: [
        { uuid: HEATING, defaultValue: 18, entries: [] },
        {
          uuid: HEATING,
          defaultValue: -1.5,
          entries: [
            { mode: 3, fromMinutes: 360, toMinutes: 480, needsActivation: true, value: 21.5 },
            { mode: -1, fromMinutes: 0, toMinutes: 1_440, needsActivation: false, value: 57_648 },
          ],
        },
      ],
    });
  });

  test.each([2, 0x7fff_ffff, -1])('that claims %i entries and has one is a fault', (count) => {
    const payload = Buffer.concat([head(18, 0), head(18, count), MORNING]);
    const { states, fault } = decodeDaytimerStates(payload);
    expect(states).toHaveLength(1);
    expect(fault).toEqual({
      reason: 'bad_table',
      detail: `daytimer states after 1 entries: expected a count for 24 bytes, found ${count}`,
    });
  });

  test('that ends inside a head is a fault', () => {
    expect(decodeDaytimerStates(head(18, 0).subarray(0, 27)).fault?.detail).toBe(
      'daytimer states after 0 entries: expected 28 bytes, found 27',
    );
  });

  test('of any bytes is read without an error', () => {
    const holds = fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      expect(decodeDaytimerStates(payload).states.length).toBeLessThanOrEqual(payload.length / 28);
    });
    fc.assert(holds);
  });
});
