import { ECDH } from 'node:crypto';

/** A point of NIST P-256; undefined stands for the point at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The order of the group. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The generator. */
export const GENERATOR: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

function mod(value: bigint, modulus = P): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** Extended Euclid. */
function inverse(value: bigint): bigint {
  let [oldRest, rest] = [P, mod(value)];
  let [oldFactor, factor] = [0n, 1n];
  while (rest !== 0n) {
    const quotient = oldRest / rest;
    [oldRest, rest] = [rest, oldRest - quotient * rest];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return mod(oldFactor);
}

/** a + b. Not in constant time: the secrets of a simulated device are no secrets. */
export function add(a: Point, b: Point): Point {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.x === b.x && mod(a.y + b.y) === 0n) return undefined;
  const slope = a.x === b.x ? (3n * a.x * a.x - 3n) * inverse(2n * a.y) : (b.y - a.y) * inverse(b.x - a.x);
  const x = mod(slope * slope - a.x - b.x);
  return { x, y: mod(slope * (a.x - x) - a.y) };
}

/** −a. */
export function negate(a: Point): Point {
  return a === undefined ? undefined : { x: a.x, y: mod(-a.y) };
}

/** scalar · a, for a scalar that is not negative. */
export function multiply(scalar: bigint, a: Point): Point {
  let sum: Point;
  for (const bit of scalar.toString(2)) {
    sum = add(sum, sum);
    if (bit === '1') sum = add(sum, a);
  }
  return sum;
}

/** A scalar from bytes, big-endian, reduced by the order. */
export function scalarFrom(bytes: Uint8Array): bigint {
  return mod(BigInt(`0x${Buffer.from(bytes).toString('hex')}`), ORDER);
}

/** The point that SEC1 bytes, compressed or not, stand for; undefined when they stand for none. */
export function decodePoint(bytes: Uint8Array): Point {
  try {
    const plain = ECDH.convertKey(bytes, 'prime256v1') as Buffer;
    const point = { x: bigint(plain.subarray(1, 33)), y: bigint(plain.subarray(33)) };
    return isOnCurve(point) ? point : undefined;
  } catch {
    return undefined;
  }
}

/**
 * SEC1 bytes of a point: 65, or 33 when compressed.
 *
 * @throws RangeError for the point at infinity, which has no coordinates
 */
export function encodePoint(point: Point, compressed = false): Buffer {
  if (point === undefined) throw new RangeError('the point at infinity cannot be encoded');
  const x = Buffer.from(point.x.toString(16).padStart(64, '0'), 'hex');
  if (compressed) return Buffer.concat([Buffer.from([point.y % 2n === 0n ? 2 : 3]), x]);
  return Buffer.concat([Buffer.from([4]), x, Buffer.from(point.y.toString(16).padStart(64, '0'), 'hex')]);
}

function bigint(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function isOnCurve({ x, y }: { readonly x: bigint; readonly y: bigint }): boolean {
  return mod(y * y - (x * x * x - 3n * x + B)) === 0n;
}
