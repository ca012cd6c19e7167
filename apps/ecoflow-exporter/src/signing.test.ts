import { describe, expect, test } from 'vitest';
import { hasReference, readReference } from '../test/reference.ts';
import { createStamp, type RequestParameters, signRequest, stringToSign } from './signing.ts';

interface Vector {
  readonly name: string;
  readonly params?: RequestParameters;
  readonly nonce: string;
  readonly timestamp: string;
  readonly string_to_sign: string;
  readonly headers: Readonly<Record<string, string>>;
}

describe('the signature of a request', () => {
  const keys = { accessKey: 'key', secretKey: 'secret' };
  const stamp = { nonce: '123456', timestamp: '1700000000000' };

  test('signs nothing but key, nonce and timestamp when there are no parameters', () => {
    expect(stringToSign('key', stamp, {})).toBe('accessKey=key&nonce=123456&timestamp=1700000000000');
  });

  test('flattens members and elements, and sorts them by code unit', () => {
    const parameters = { ids: Array.from({ length: 11 }, (_, index) => index), a: { _: true, Z: null, b: 'ü' } };
    const text = stringToSign('key', stamp, parameters);
    expect(text).toMatch(/^a\.Z=null&a\._=true&a\.b=ü&ids\[0\]=0&ids\[10\]=10&ids\[1\]=1&ids\[2\]=2&/);
  });

  test('leaves out what is empty or undefined', () => {
    expect(stringToSign('key', stamp, { a: [], b: {}, c: undefined })).toMatch(/^accessKey=/);
  });

  test('puts the signature and its three ingredients into headers', () => {
    const headers = signRequest(keys, stamp);
    expect(headers).toEqual({ accessKey: 'key', ...stamp, sign: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('stamps every request anew, with the time in milliseconds', () => {
    const stamps = Array.from({ length: 50 }, () => createStamp(1_700_000_000_123));
    expect(new Set(stamps.map(({ nonce }) => nonce)).size).toBe(50);
    expect(stamps[0]?.timestamp).toBe('1700000000123');
  });

  describe.runIf(hasReference)('as the vectors have it', () => {
    const vectors = hasReference
      ? readReference<{ accessKey: string; secretKey: string; cases: Vector[] }>('vectors/signing.json')
      : { accessKey: '', secretKey: '', cases: [] };

    test.each(vectors.cases)('$name', ({ params = {}, nonce, timestamp, string_to_sign, headers }) => {
      expect(stringToSign(vectors.accessKey, { nonce, timestamp }, params)).toBe(string_to_sign);
      expect(signRequest(vectors, { nonce, timestamp }, params)).toEqual(headers);
    });
  });
});
