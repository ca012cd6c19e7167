import { describe, expect, test } from 'vitest';
import { hasReference, readReference } from '../../test/reference.ts';
import { tabulated } from '../../test/typed.ts';
import { readQuotas } from '../payload/json-message.ts';
import { EMPTY_STATE, merge } from '../payload/state.ts';
import { DELTA_2 } from './families/delta-2.ts';
import { readTyped } from './read-typed.ts';

function typedOf(quotas: Readonly<Record<string, unknown>>, factors?: ReadonlyMap<string, number>) {
  return tabulated(readTyped(merge(EMPTY_STATE, readQuotas(quotas).readings), DELTA_2, factors));
}

describe('typed readings', () => {
  test('are in base units', () => {
    const quotas = {
      'bms_bmsStatus.soc': 46,
      'bms_bmsStatus.vol': 52_161,
      'bms_bmsStatus.amp': -3_753,
      'pd.wattsOutSum': 201,
    };
    expect(typedOf(quotas)).toEqual({
      'batterySocRatio:main': 0.46,
      'batteryVoltageVolts:main': 52.161,
      'batteryCurrentAmperes:main': -3.753,
      totalOutputPowerWatts: 201,
    });
  });

  test('take the finer state of charge where there is one', () => {
    const quotas = { 'bms_bmsStatus.soc': 46, 'bms_bmsStatus.f32ShowSoc': 46.3 };
    expect(typedOf(quotas)['batterySocRatio:main']).toBeCloseTo(0.463, 9);
  });

  test.each([5_939, 5_999, 6_000, 143_999, 4_294_967_295])('know that %d minutes are no time', (minutes) => {
    const quotas = { 'bms_emsStatus.chgRemainTime': minutes, 'bms_emsStatus.dsgRemainTime': 164 };
    expect(typedOf(quotas)).toEqual({ 'remainingSeconds:discharge': 9_840 });
  });

  test('leave out what is unset', () => {
    expect(typedOf({ 'pd.chgPowerAC': 4_294_967_295, 'pd.wattsInSum': 2_147_483_647 })).toEqual({});
  });

  test('export a zero that was said', () => {
    expect(typedOf({ 'pd.wattsInSum': 0 })).toEqual({ totalInputPowerWatts: 0 });
  });

  test('count otherwise for a device whose firmware does', () => {
    const factors = new Map([['mppt.inWatts', 0.1]]);
    expect(typedOf({ 'mppt.inWatts': 120 }, factors)).toEqual({ 'inputPowerWatts:solar': 12, 'pvPowerWatts:1': 12 });
  });

  test.runIf(hasReference)('of a captured DELTA 2 are those of its display', () => {
    const { data } = readReference<{ data: Record<string, unknown> }>('fixtures/delta_2.json');
    const typed = typedOf(data);
    expect(typed).toMatchObject({
      'batteryTemperatureCelsius:main': 31,
      'batteryCycles:main': 73,
      'batteryVoltageVolts:main': 52.161,
      totalOutputPowerWatts: 201,
      'remainingSeconds:discharge': 164 * 60,
    });
    expect(typed).not.toHaveProperty('remainingSeconds:charge');
    expect(typed).not.toHaveProperty('batterySocRatio:1');
  });
});
