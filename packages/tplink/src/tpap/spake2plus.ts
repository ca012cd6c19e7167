import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { ProtocolError } from '../device-error.ts';
import type { RandomBytes } from '../exchange/transport-options.ts';

const { Point } = p256;
type CurvePoint = typeof Point.BASE;

const ORDER = Point.CURVE().n;

/** The points M and N of RFC 9383, section 4, for P-256. */
const M = Point.fromHex('02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f');
const N = Point.fromHex('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49');

/** Half of what the password is stretched to: 8 bytes more than a scalar, so that its remainder is evenly spread. */
const SCALAR_SEED_BYTES = 40;

/** Length of what {@link scalarsFrom} takes. */
export const STRETCHED_BYTES = 2 * SCALAR_SEED_BYTES;

/** What both sides make of a password. */
export interface PasswordScalars {
  readonly w0: bigint;
  readonly w1: bigint;
}

/** The two scalars in a stretched password. */
export function scalarsFrom(stretched: Buffer): PasswordScalars {
  return {
    w0: bigintOf(stretched.subarray(0, SCALAR_SEED_BYTES)) % ORDER,
    w1: bigintOf(stretched.subarray(SCALAR_SEED_BYTES)) % ORDER,
  };
}

/** What this side sends, what it expects, and the key that both share if it arrives. */
export interface PakeResult {
  /** L, uncompressed. */
  readonly userShare: Buffer;
  readonly userConfirm: Buffer;
  readonly deviceConfirm: Buffer;
  readonly sharedKey: Buffer;
}

export interface PakeInput extends PasswordScalars {
  /** Secret scalar of this side. */
  readonly x: bigint;
  /** Hash of what came before. */
  readonly context: Uint8Array;
  /** R, SEC1, compressed or not. */
  readonly deviceShare: Uint8Array;
}

/**
 * The prover's side of SPAKE2+ (RFC 9383) with P-256, SHA-256 and HMAC, as TP-Link does it: with the context hashed, both
 * names empty, and each `Kc` as long as the hash.
 *
 * @throws {ProtocolError} when the device's share is no point of the curve, or one that leaves no secret
 */
export function provePassword({ x, w0, w1, context, deviceShare }: PakeInput): PakeResult {
  const deviceShareText = `dev_share of ${deviceShare.length} bytes`;
  const r = pointOf(deviceShare, deviceShareText);
  const userShare = uncompressed(Point.BASE.multiply(x).add(M.multiply(w0)));
  const unblinded = r.subtract(N.multiply(w0));
  if (unblinded.is0()) throw new ProtocolError(`${deviceShareText}: leaves no secret`);
  const transcript = [
    context,
    Buffer.alloc(0),
    Buffer.alloc(0),
    uncompressed(M),
    uncompressed(N),
    userShare,
    uncompressed(r),
    uncompressed(unblinded.multiply(x)),
    uncompressed(unblinded.multiply(w1)),
    encodeScalar(w0),
  ];
  const hash = createHash('sha256')
    .update(Buffer.concat(transcript.map(withLength)))
    .digest();
  const confirmationKeys = expand(hash, 'ConfirmationKeys', 64);
  return {
    userShare,
    userConfirm: hmac(confirmationKeys.subarray(0, 32), uncompressed(r)),
    deviceConfirm: hmac(confirmationKeys.subarray(32), userShare),
    sharedKey: expand(hash, 'SharedKey', 32),
  };
}

/** A scalar from 1 to n-1, evenly spread: candidates that are too large, one in four billion, are thrown away. */
export function randomScalar(random: RandomBytes): bigint {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const scalar = bigintOf(random(32));
    if (scalar > 0n && scalar < ORDER) return scalar;
  }
  throw new Error('the source of random bytes gives no scalar');
}

/**
 * w0 in the transcript: as few bytes as possible, with a zero in front only when their number is odd and the first has
 * its top bit set. RFC 9383 would have 32 bytes always; devices compute it like this.
 */
export function encodeScalar(scalar: bigint): Buffer {
  const hex = scalar.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const wantsZero = bytes.length % 2 === 1 && (bytes[0] ?? 0) >= 0x80;
  return wantsZero ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

function pointOf(bytes: Uint8Array, what: string): CurvePoint {
  try {
    const point = Point.fromBytes(bytes);
    point.assertValidity();
    return point;
  } catch (cause) {
    throw new ProtocolError(`${what}: no point of the curve`, { cause });
  }
}

function uncompressed(point: CurvePoint): Buffer {
  return Buffer.from(point.toBytes(false));
}

function withLength(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

function expand(secret: Uint8Array, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(32), info, length));
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function bigintOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
