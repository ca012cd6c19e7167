import { describe, expect, test } from 'vitest';
import { conversationFault, DeviceCodeError, refuseExpired } from './device-code.ts';
import { BusyError, SessionGoneError } from './session-transport.ts';

describe('an error_code', () => {
  test.each([9999, -1005, -1101, -40401, -40413])('%d ends the session', (code) => {
    expect(conversationFault(code, 'x')).toBeInstanceOf(SessionGoneError);
  });

  test.each([1002, 1112])('%d asks for a moment', (code) => {
    expect(conversationFault(code, 'x')).toBeInstanceOf(BusyError);
  });

  test.each([
    [-1501, 'wrong account or password'],
    [-40404, 'locked after failed logins'],
  ])('%d is about the account', (code, text) => {
    const fault = conversationFault(code, 'login');
    expect(fault?.reason).toBe('auth');
    expect(fault?.message).toBe(`login: ${text} (${code})`);
  });

  test.each([1003, 1100, 1111, -1010])('%d is about the protocol', (code) => {
    const fault = conversationFault(code, 'login');
    expect(fault).toBeInstanceOf(DeviceCodeError);
    expect(fault?.message).toMatch(new RegExp(`^login: error_code ${code} \\(.+\\)$`));
  });

  test.each([0, -1, -1001, -1002, -1003, -1006, -1008, -1301, -2201, 12])('%d is for who has asked', (code) => {
    expect(conversationFault(code, 'x')).toBeUndefined();
  });

  test('that nobody knows is told as it is', () => {
    expect(new DeviceCodeError('login', 77).message).toBe('login: error_code 77');
  });
});

describe('an answer', () => {
  test.each(['{"error_code":9999}', '{"result":{},"error_code": 9999}'])('%s says the session has expired', (text) => {
    expect(() => refuseExpired(text, 'x')).toThrow(SessionGoneError);
  });

  test.each(['{"error_code":0}', '{"error_code":99991}', '', `{"error_code":9999,"x":"${'x'.repeat(300)}"}`])(
    '%s does not',
    (text) => {
      expect(refuseExpired(text, 'x')).toBe(text);
    },
  );
});
