import { createECDH } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { add, decodePoint, encodePoint, GENERATOR, multiply, negate, ORDER, scalarFrom } from './p256.ts';

describe('P-256', () => {
  it('multiplies the generator as node does', () => {
    for (const fill of [1, 0x5a, 0xfe]) {
      const secret = Buffer.alloc(32, fill);
      const ecdh = createECDH('prime256v1');
      ecdh.setPrivateKey(secret);
      expect(encodePoint(multiply(scalarFrom(secret), GENERATOR))).toEqual(ecdh.getPublicKey());
    }
  });

  it('knows the point at infinity', () => {
    expect(multiply(ORDER, GENERATOR)).toBeUndefined();
    expect(add(GENERATOR, negate(GENERATOR))).toBeUndefined();
    expect(negate(undefined)).toBeUndefined();
    expect(add(undefined, GENERATOR)).toEqual(GENERATOR);
    expect(() => encodePoint(undefined)).toThrow('infinity');
  });

  it('reads points compressed and not, and nothing that is no point', () => {
    const point = multiply(5n, GENERATOR);
    expect(decodePoint(encodePoint(point))).toEqual(point);
    expect(decodePoint(encodePoint(point, true))).toEqual(point);
    expect(decodePoint(encodePoint(negate(point), true))).toEqual(negate(point));
    expect(decodePoint(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]))).toBeUndefined();
    expect(decodePoint(Buffer.alloc(0))).toBeUndefined();
    expect(decodePoint(Buffer.from([0]))).toBeUndefined();
  });
});
