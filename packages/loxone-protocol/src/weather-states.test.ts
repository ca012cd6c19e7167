import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float64, int32, pooled, uuidBytes } from '../test/wire.ts';
import { decodeWeatherStates } from './weather-states.ts';

const ACTUAL = '15beed5b-01ab-d81f-ffff403fb0c34b9e';
/** 2026-01-10 14:30:00 UTC in seconds since 2009. */
const HALF_PAST_TWO = 537_287_400;

const numbers = [12.5, 11.25, 6.75, 0.5, 14.5, 1_013.25];
const HOUR = Buffer.concat([int32(HALF_PAST_TWO, 3, 270, 120, 55), ...numbers.map(float64)]);

function head(lastUpdate: number, count: number): Buffer {
  return Buffer.concat([uuidBytes(ACTUAL), int32(lastUpdate, count)]);
}

describe('a table of weather states', () => {
  test('is read with all hours, in Unix time', () => {
    const payload = Buffer.concat([head(HALF_PAST_TWO + 477, 1), HOUR, head(0xffff_ffff, 0)]);
    expect(decodeWeatherStates(pooled(payload))).toEqual({
      fault: undefined,
      states: [
        {
          uuid: ACTUAL,
          lastUpdateUnixSeconds: Date.UTC(2026, 0, 10, 14, 37, 57) / 1_000,
          entries: [
            {
              unixSeconds: Date.UTC(2026, 0, 10, 14, 30) / 1_000,
              weatherType: 3,
              windDirectionDegrees: 270,
              solarRadiation: 120,
              relativeHumidityPercent: 55,
              temperature: 12.5,
              perceivedTemperature: 11.25,
              dewPoint: 6.75,
              precipitation: 0.5,
              windSpeed: 14.5,
              barometricPressure: 1_013.25,
            },
          ],
        },
        { uuid: ACTUAL, lastUpdateUnixSeconds: Date.UTC(2145, 1, 7, 6, 28, 15) / 1_000, entries: [] },
      ],
    });
  });

  test.each([2, 0x7fff_ffff, -1])('that claims %i hours and has one is a fault', (count) => {
    expect(decodeWeatherStates(Buffer.concat([head(0, count), HOUR]))).toEqual({
      states: [],
      fault: {
        reason: 'bad_table',
        detail: `weather states after 0 entries: expected a count for 68 bytes, found ${count}`,
      },
    });
  });

  test('of any bytes is read without an error', () => {
    const holds = fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      expect(decodeWeatherStates(payload).states.length).toBeLessThanOrEqual(payload.length / 24);
    });
    fc.assert(holds);
  });
});
