import { describe, expect, test } from 'vitest';
import { dynamicNameOf } from '../src/mapping/dynamic-name.ts';
import { familyOf, tableOfFamily } from '../src/mapping/families.ts';
import { readTyped } from '../src/mapping/read-typed.ts';
import { BadPayloadError } from '../src/payload/message.ts';
import { readPayload } from '../src/payload/read-payload.ts';
import { type Capture, FIXTURES, type FixtureName, readCapture } from './fixtures.ts';
import { hasReference, readReference } from './reference.ts';
import { tabulated } from './typed.ts';
import { camelCased } from './wire.ts';

function typedOf({ state, family }: Capture): Record<string, number> {
  return tabulated(readTyped(state, familyOf(family).rules));
}

describe.runIf(hasReference)('a captured', () => {
  test.each(FIXTURES)('%s gives readings that are all numbers, under names that are all names', async (name) => {
    const { state, messages } = await readCapture(name);
    expect(state.values.size).toBeGreaterThan(5);
    expect(messages.flatMap(({ unknownCommands }) => unknownCommands)).toEqual([]);
    for (const [key, value] of state.values) {
      expect(Number.isFinite(value), key).toBe(true);
      expect(dynamicNameOf(key).name, key).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)*$/);
    }
  });

  test.each(FIXTURES)('%s gives typed readings, each once', async (name) => {
    const capture = await readCapture(name);
    const readings = readTyped(capture.state, familyOf(capture.family).rules);
    expect(readings.length).toBeGreaterThan(0);
    expect(Object.keys(tabulated(readings))).toHaveLength(readings.length);
  });

  test.each(FIXTURES)('%s is plausible in base units', async (name) => {
    const limits: Record<string, readonly [number, number]> = {
      batterySocRatio: [0, 1],
      batteryVoltageVolts: [10, 60],
      batteryCurrentAmperes: [-200, 200],
      batteryTemperatureCelsius: [0, 60],
      batteryCycles: [0, 2_000],
      inputPowerWatts: [0, 5_000],
      outputPowerWatts: [0, 5_000],
      pvPowerWatts: [0, 2_000],
      gridPowerWatts: [-5_000, 5_000],
      totalInputPowerWatts: [0, 5_000],
      totalOutputPowerWatts: [0, 5_000],
      remainingSeconds: [0, 60 * 60 * 24 * 30],
      energyTotalJoules: [0, 3.6e9 * 3],
    };
    for (const [reading, value] of Object.entries(typedOf(await readCapture(name)))) {
      const [low, high] = limits[reading.split(':')[0] ?? ''] ?? [0, 0];
      expect(value, reading).toBeGreaterThanOrEqual(low);
      expect(value, reading).toBeLessThanOrEqual(high);
    }
  });

  const messageFixtures: readonly FixtureName[] = ['delta_3', 'delta_pro_3', 'smart_home_panel_2', 'stream_ultra'];

  test.each(messageFixtures)('%s comes out of its frames as it went in', async (name) => {
    const { fixture, messages } = await readCapture(name);
    for (const [index, [message, fields]] of Object.entries(fixture.messages as object).entries()) {
      const expected = new Map<string, number>();
      camelCased(fields, message.endsWith('1') ? 'bmsSlave1.' : '', expected);
      const values = messages[index]?.readings.values ?? new Map();
      for (const [key, value] of expected) {
        const isKept = !/\[(?:6[4-9]|[7-9]\d|1\d\d)\]|[Tt]ask[A-Z]\w*\./.test(key);
        if (isKept) expect(values.get(key), `${message} ${key}`).toBeCloseTo(value, 2);
      }
    }
  });
});

describe.runIf(hasReference)('typed readings', () => {
  test('of two extra batteries stand beside those of the main one', async () => {
    expect(typedOf(await readCapture('delta_2_max_two_slaves'))).toMatchObject({
      'batterySocRatio:main': expect.closeTo(0.698),
      'batterySocRatio:1': expect.closeTo(0.745),
      'batterySocRatio:2': expect.closeTo(0.67),
      'batteryCurrentAmperes:2': expect.closeTo(-0.747),
      'pvPowerWatts:1': 30,
      'pvPowerWatts:2': 0,
      totalInputPowerWatts: 56,
      'energyTotalJoules:ac_charge': 709_148 * 3_600,
    });
  });

  test('of a DELTA Pro know that its solar power comes in tenths', async () => {
    const typed = typedOf(await readCapture('delta_pro_two_slaves'));
    // 69.1 V and 4.28 A.
    expect(typed['pvPowerWatts:1']).toBeCloseTo(69.1 * 4.28, -1);
    expect(typed).toMatchObject({ 'batteryCurrentAmperes:main': 3.105, 'energyTotalJoules:pv': 129_952 * 3_600 });
    expect(typed).not.toHaveProperty('batterySocRatio:2');
  });

  test('of a PowerStream are in watts, with export to the grid negative', async () => {
    expect(typedOf(await readCapture('powerstream'))).toMatchObject({
      'pvPowerWatts:1': 51,
      'pvPowerWatts:2': 58,
      'outputPowerWatts:ac': 109,
      gridPowerWatts: -108,
      'batterySocRatio:main': 0.87,
      'batteryTemperatureCelsius:main': 34,
      'remainingSeconds:discharge': 3_238 * 60,
    });
  });

  test('of a RIVER 2 know that its battery speaks in whole volts and amperes', async () => {
    const typed = typedOf(await readCapture('get_reply_river_2_max'));
    expect(typed).toMatchObject({ 'batteryVoltageVolts:main': 26, 'batteryCurrentAmperes:main': 11 });
    expect(typed).not.toHaveProperty('remainingSeconds:discharge');
  });

  test('of a DELTA 3 count what goes out positive', async () => {
    expect(typedOf(await readCapture('delta_3_flat'))).toMatchObject({
      'outputPowerWatts:ac': expect.closeTo(198.39),
      'inputPowerWatts:ac': expect.closeTo(198.39),
      'batteryCurrentAmperes:main': -0.043,
    });
  });

  test('of a DELTA 3 with an extra battery keep the two apart', async () => {
    expect(typedOf(await readCapture('delta_3'))).toMatchObject({
      'batterySocRatio:main': expect.closeTo(0.3492, 4),
      'batterySocRatio:1': expect.closeTo(0.3313, 4),
      'batteryVoltageVolts:main': 53.085,
      'batteryCurrentAmperes:1': 0.546,
      'energyTotalJoules:charge': 80_752 * 3_600,
      'energyTotalJoules:charge_pack_1': 44_899 * 3_600,
    });
  });

  test('of a panel leave out what is not connected', async () => {
    const typed = typedOf(await readCapture('smart_home_panel_2'));
    expect(typed).toMatchObject({ gridPowerWatts: 4_657, 'outputPowerWatts:ch9': 1_164, 'batterySocRatio:2': 1 });
    expect(typed).not.toHaveProperty('batterySocRatio:3');
  });

  test('of a RIVER Max come together from pushes that each carry a part', async () => {
    expect(typedOf(await readCapture('pushes_river_max'))).toMatchObject({
      'batterySocRatio:main': 0.87,
      'batterySocRatio:1': 0.91,
      'outputPowerWatts:ac': 194,
      totalInputPowerWatts: 215,
      'remainingSeconds:charge': 698 * 60,
    });
  });
});

test.runIf(hasReference)('a frame that was cut anywhere is refused', async () => {
  const { frames } = readReference<{ frames: { hex: string }[] }>('fixtures/frames_stream_microinverter.json');
  const options = { serialNumber: 'BK01ZTEST', table: await tableOfFamily('stream_microinverter') };
  const frame = Buffer.from(frames[0]?.hex ?? '', 'hex');
  for (let length = 0; length < frame.length; length++) {
    expect(() => readPayload(frame.subarray(0, length), options)).toThrow(BadPayloadError);
  }
});
