import { describe, expect, test } from 'vitest';
import { readJsonMessage, readQuotas, readStatusMessage } from './json-message.ts';
import { BadPayloadError } from './message.ts';

function valuesOf(message: unknown): Record<string, number> {
  return Object.fromEntries(readJsonMessage(message).readings.values);
}

describe('a JSON push', () => {
  test.each([
    ['pdStatus', 'pd.wattsInSum'],
    ['mpttStatus', 'mpttStatus.wattsInSum'],
    ['bmsStatus', 'bms_bmsStatus.wattsInSum'],
    ['bmsSlaveStatus', 'bms_slave.wattsInSum'],
    ['bmsSlaveStatus_2', 'bms_slave_bmsSlaveStatus_2.wattsInSum'],
    ['__proto__', '__proto__.wattsInSum'],
  ])('with type code %s gives the key %s', (typeCode, key) => {
    expect(valuesOf({ typeCode, moduleType: 1, params: { wattsInSum: 7 } })).toEqual({ [key]: 7 });
  });

  test('with a command is told apart by its numbers', () => {
    expect(valuesOf({ cmdFunc: 20, cmdId: 1, addr: 'a', param: { pv1InputVolt: 350 } })).toEqual({
      '20_1.pv1InputVolt': 350,
    });
  });

  test('with plain parameters keeps its keys', () => {
    expect(
      valuesOf({ id: 1, version: '1.0', timestamp: 5, params: { 'bmsMaster.soc': 64, latestTimeStamp: 9 } }),
    ).toEqual({
      'bmsMaster.soc': 64,
    });
  });

  test('with nested parameters is flattened', () => {
    const params = { wattInfo: { gridWatt: -5, chWatt: [1, 2] }, flags: [true, 'x', null] };
    expect(valuesOf({ params })).toEqual({
      'wattInfo.gridWatt': -5,
      'wattInfo.chWatt[0]': 1,
      'wattInfo.chWatt[1]': 2,
      'flags[0]': 1,
    });
  });

  test('without an envelope is read as it is', () => {
    expect(valuesOf({ powGetSysGrid: -12.5 })).toEqual({ powGetSysGrid: -12.5 });
  });

  test('holds no text, no schedule and nothing infinite', () => {
    const params = {
      a: '5',
      b: null,
      c: JSON.parse('1e999'),
      task1: { type: 1 },
      timeTaskChangeCnt: 3,
      'timeTaskCurrent.type': 2,
    };
    expect(valuesOf({ params })).toEqual({ timeTaskChangeCnt: 3 });
  });

  test('shows that the device is on line only if it brings data', () => {
    expect(readJsonMessage({ params: { a: 1 } }).isOnline).toBe(true);
    expect(readJsonMessage({ params: {} }).isOnline).toBeUndefined();
    expect(readJsonMessage({ code: '0', id: 5 }).isOnline).toBeUndefined();
  });

  test.each([null, 5, 'x', [1]])('must be an object, not %j', (message) => {
    expect(() => readJsonMessage(message)).toThrow(BadPayloadError);
  });
});

describe('a reply to latestQuotas', () => {
  const reply = { code: '0', operateType: 'latestQuotas' };

  test('holds the state and says that the device is on line', () => {
    const { readings, isOnline } = readJsonMessage({ ...reply, data: { online: 1, quotaMap: { 'pd.soc': 84 } } });
    expect([Object.fromEntries(readings.values), isOnline]).toEqual([{ 'pd.soc': 84 }, true]);
  });

  test('of a device that is off line says so, and holds nothing', () => {
    const { readings, isOnline } = readJsonMessage({ ...reply, data: { sn: 'R', online: 0 } });
    expect([readings.values.size, isOnline]).toEqual([0, false]);
  });
});

test('a quota answer is no evidence of being on line, and may be empty', () => {
  expect(readQuotas({ 'pd.soc': 5 })).toMatchObject({ isOnline: undefined });
  expect(readQuotas(null).readings.values.size).toBe(0);
  expect(() => readQuotas('busy')).toThrow(BadPayloadError);
});

test.each([
  [1, true],
  [0, false],
  ['0', false],
  [2, undefined],
])('a status of %j means %j', (status, expected) => {
  expect(readStatusMessage({ params: { status } })).toBe(expected);
});
