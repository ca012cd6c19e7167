import { describe, expect, test } from 'vitest';
import { AuthenticationError } from '../device-error.ts';
import { faultOf, isBrokenOff } from './socket-fault.ts';

const coded = (code: unknown): Error => Object.assign(new Error('low'), { code });

describe('an error of a socket', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'refused'],
    ['ENOTFOUND', 'refused'],
    ['ECONNRESET', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'protocol'],
    ['EPROTO', 'protocol'],
    [7, 'refused'],
  ])('with code %s has the reason %s', (code, reason) => {
    const cause = coded(code);
    const fault = faultOf(cause, 'asking');
    expect(fault.reason).toBe(reason);
    expect(fault.cause).toBe(cause);
    expect(fault.message).toBe(typeof code === 'string' ? `asking: ${code}` : 'asking: Error: low');
  });

  test('stays what it is when it is one of the device', () => {
    const error = new AuthenticationError('no');
    expect(faultOf(error, 'asking')).toBe(error);
  });

  test('tells whether a connection broke off', () => {
    expect(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', undefined].map((code) => isBrokenOff(coded(code)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isBrokenOff('text')).toBe(false);
  });
});
