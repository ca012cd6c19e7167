import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { TpapCipher } from './tpap-cipher.ts';

const SHARED_KEY = Buffer.alloc(32, 3);

describe('the number of a request', () => {
  test('is never used twice', () => {
    const cipher = new TpapCipher(SHARED_KEY, 2 ** 32 - 1);
    expect([cipher.seal('a').seq, cipher.isUsedUp]).toEqual([2 ** 32 - 1, true]);
    expect(() => cipher.seal('b')).toThrow(ProtocolError);
  });
});

describe('an answer', () => {
  const { body, seq } = new TpapCipher(SHARED_KEY, 7).seal('{"error_code":0}');
  const cipher = new TpapCipher(SHARED_KEY, 8);

  test('is read with the number of its request and no other', () => {
    expect([cipher.isFramed(body, seq), cipher.isFramed(body, 8)]).toEqual([true, false]);
    expect(cipher.open(body, seq)).toBe('{"error_code":0}');
    expect(() => cipher.open(body, 8)).toThrow('TPAP answer of 36 bytes: cannot be decrypted');
  });

  test('of random, changed or too few bytes is a fault of protocol', () => {
    const expectFault = (bytes: Uint8Array): void => {
      expect(() => cipher.open(bytes, seq)).toThrow(ProtocolError);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), expectFault));
    fc.assert(
      fc.property(fc.integer({ min: 4, max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const changed = Buffer.from(body);
        changed[index] = (changed[index] ?? 0) ^ change;
        expectFault(changed);
      }),
    );
    fc.assert(
      fc.property(fc.nat(body.length - 1), (length) => {
        expectFault(body.subarray(0, length));
      }),
    );
  });
});
