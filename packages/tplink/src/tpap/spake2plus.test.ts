import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { encodeScalar, provePassword, randomScalar, scalarsFrom } from './spake2plus.ts';

const ORDER = p256.Point.CURVE().n;
const N = p256.Point.fromHex('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49');
const INPUT = { x: 5n, w0: 7n, w1: 11n, context: Buffer.alloc(32) };

describe('the share of a device', () => {
  test('may be compressed', () => {
    const point = p256.Point.BASE.multiply(3n);
    const results = [true, false].map((isCompressed) =>
      provePassword({ ...INPUT, deviceShare: point.toBytes(isCompressed) }),
    );
    expect(results[0]).toEqual(results[1]);
  });

  test('is a point of the curve', () => {
    const offCurve = p256.Point.BASE.toBytes(false);
    offCurve[64] = (offCurve[64] ?? 0) ^ 1;
    const shares = [offCurve, Buffer.alloc(0), Buffer.of(0), Buffer.alloc(65), Buffer.alloc(65, 4)];
    for (const deviceShare of shares) {
      expect(() => provePassword({ ...INPUT, deviceShare })).toThrow(ProtocolError);
    }
    const expectNoPoint = (bytes: Uint8Array): void => {
      expect(() => provePassword({ ...INPUT, deviceShare: bytes })).toThrow(ProtocolError);
    };
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70 }).filter(([first]) => first !== 2 && first !== 3),
        expectNoPoint,
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        expectNoPoint(Buffer.concat([Buffer.of(4), bytes]));
      }),
    );
  });

  test('leaves a secret', () => {
    const deviceShare = N.multiply(INPUT.w0).toBytes(false);
    expect(() => provePassword({ ...INPUT, deviceShare })).toThrow('dev_share of 65 bytes: leaves no secret');
  });
});

describe('a scalar', () => {
  test('is drawn again when it is none', () => {
    const draws = ['00'.repeat(32), 'ff'.repeat(32), ORDER.toString(16), `${'00'.repeat(31)}07`];
    expect(randomScalar(() => Buffer.from(draws.shift() ?? '', 'hex'))).toBe(7n);
    expect(() => randomScalar((count) => Buffer.alloc(count))).toThrow('gives no scalar');
  });

  test('is what is left of forty bytes', () => {
    const stretched = Buffer.alloc(80);
    stretched[39] = 1;
    Buffer.from((ORDER + 2n).toString(16), 'hex').copy(stretched, 48);
    expect(scalarsFrom(stretched)).toEqual({ w0: 1n, w1: 2n });
  });

  test.each([
    [0n, '00'],
    [1n, '01'],
    [0x80n, '0080'],
    [0x7fffn, '7fff'],
    [0x8000n, '8000'],
    [0x80_0000n, '00800000'],
    [0x7f_0000n, '7f0000'],
  ])('%d stands in the transcript as %s', (scalar, hex) => {
    expect(encodeScalar(scalar).toString('hex')).toBe(hex);
  });
});
