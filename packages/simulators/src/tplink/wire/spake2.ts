import { createHash, createHmac, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { add, decodePoint, encodePoint, GENERATOR, multiply, negate, type Point, scalarFrom } from './p256.ts';

/** The points M and N of RFC 9383 for P-256. */
const M = decodePoint(Buffer.from('02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f', 'hex'));
const N = decodePoint(Buffer.from('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49', 'hex'));

/** What the device keeps of the credentials: w0 and w1·G. It could not log in anywhere with that. */
export interface Verifier {
  readonly w0: bigint;
  readonly record: Point;
}

/** The scalars that the credential string stands for under this salt (PROTOCOLS §6). */
export function passcodeScalars(
  credential: string,
  salt: Uint8Array,
  iterations: number,
): { readonly w0: bigint; readonly w1: bigint } {
  const bytes = pbkdf2Sync(credential, salt, iterations, 80, 'sha256');
  return { w0: scalarFrom(bytes.subarray(0, 40)), w1: scalarFrom(bytes.subarray(40)) };
}

export function verifierFor(credential: string, salt: Uint8Array, iterations: number): Verifier {
  const { w0, w1 } = passcodeScalars(credential, salt, iterations);
  return { w0, record: multiply(w1, GENERATOR) };
}

/** Both confirmations and the key that come of one exchange of shares. */
export interface Agreement {
  /** What the client has to send. */
  readonly userConfirm: Buffer;
  /** What the device answers. */
  readonly deviceConfirm: Buffer;
  readonly sharedKey: Buffer;
}

/** The device's side of one SPAKE2+ exchange. */
export class SpakeDevice {
  /** R = y·G + w0·N. */
  readonly share: Point;
  readonly #verifier: Verifier;
  readonly #scalar: bigint;
  readonly #context: Buffer;

  /**
   * @param secret bytes that become the device's scalar
   * @param randoms the client's random bytes, then the device's
   */
  constructor(verifier: Verifier, secret: Uint8Array, randoms: readonly Uint8Array[]) {
    this.#verifier = verifier;
    const scalar = scalarFrom(secret);
    // Zero would make the share say what w0 is; one chance in 2^256, but a test may bring its own bytes.
    this.#scalar = scalar === 0n ? 1n : scalar;
    this.#context = sha256(Buffer.concat([Buffer.from('PAKE V1'), ...randoms]));
    this.share = add(multiply(this.#scalar, GENERATOR), multiply(verifier.w0, N));
  }

  /** What follows from the client's share; undefined when that is no point, or one that makes the secret known. */
  agree(userShare: Uint8Array): Agreement | undefined {
    const L = decodePoint(userShare);
    if (L === undefined) return undefined;
    const Z = multiply(this.#scalar, add(L, negate(multiply(this.#verifier.w0, M))));
    const V = multiply(this.#scalar, this.#verifier.record);
    if (Z === undefined || V === undefined) return undefined;
    const points = [M, N, L, this.share, Z, V].map((point) => encodePoint(point));
    const empty = Buffer.alloc(0);
    const parts = [this.#context, empty, empty, ...points, encodeScalar(this.#verifier.w0)];
    const secret = sha256(Buffer.concat(parts.flatMap((part) => [length64(part), part])));
    const confirmation = hkdf(secret, Buffer.alloc(32), 'ConfirmationKeys', 64);
    return {
      userConfirm: hmac(confirmation.subarray(0, 32), encodePoint(this.share)),
      deviceConfirm: hmac(confirmation.subarray(32), encodePoint(L)),
      sharedKey: hkdf(secret, Buffer.alloc(32), 'SharedKey', 32),
    };
  }
}

/** Minimal big-endian bytes; a zero byte goes in front only when their count is odd and the top bit is set. */
export function encodeScalar(scalar: bigint): Buffer {
  const hex = scalar.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const needsZero = bytes.length % 2 === 1 && (bytes[0] ?? 0) >= 0x80;
  return needsZero ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

/** HKDF-SHA256. */
export function hkdf(secret: Uint8Array, salt: Uint8Array | string, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length));
}

function length64(part: Buffer): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(part.length));
  return bytes;
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
