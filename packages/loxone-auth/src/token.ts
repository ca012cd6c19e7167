import { type HashAlgorithm, parseHashAlgorithm } from './hash-algorithm.ts';
import { keyedHash } from './keyed-hash.ts';
import { fieldOf } from './record.ts';

/** What stands for user and password once logged in. Plain data, fit to be kept in a file; the text is a secret. */
export interface Token {
  readonly token: string;

  /** Unix seconds, in UTC. Firmware or clients that mean local time are off by some hours. */
  readonly validUntilUnixSeconds: number;

  /** What {@link hashToken} uses for it. */
  readonly algorithm: HashAlgorithm;
}

/** An answer or a file that holds no token. Never quotes what it found. */
export class InvalidTokenError extends Error {}

/** 2009-01-01 00:00 UTC, where Loxone's time begins, in Unix seconds; `loxone-protocol` has it as well, for the weather. */
const LOXONE_EPOCH = 1_230_768_000;

const DAY_MS = 86_400_000;

/**
 * Reads the value of a `getjwt` or `gettoken` answer: `{token, validUntil, …}`, `validUntil` in seconds since 2009.
 *
 * @throws {InvalidTokenError}
 */
export function parseToken(value: unknown, algorithm: HashAlgorithm): Token {
  const validUntil = secondsOf(fieldOf(value, 'validUntil'));
  return checked(fieldOf(value, 'token'), validUntil === undefined ? undefined : LOXONE_EPOCH + validUntil, algorithm);
}

/**
 * Reads a {@link Token} that was kept as JSON.
 *
 * @throws {InvalidTokenError}
 * @throws {UnsupportedHashError}
 */
export function parseStoredToken(value: unknown): Token {
  const validUntil = secondsOf(fieldOf(value, 'validUntilUnixSeconds'));
  return checked(fieldOf(value, 'token'), validUntil, parseHashAlgorithm(fieldOf(value, 'algorithm')));
}

/**
 * The token after an answer that may replace or prolong it; what the answer does not say stays as it was.
 *
 * `refreshjwt`, and `refreshtoken` from 10.0.9.13 on, send another token; `authwithtoken`, `checktoken` and the older
 * `refreshtoken` only a `validUntil` (Loxone's "Communicating with the Miniserver").
 */
export function renewToken(token: Token, value: unknown): Token {
  const text = fieldOf(value, 'token');
  const validUntil = secondsOf(fieldOf(value, 'validUntil'));
  return {
    ...token,
    ...(isText(text) ? { token: text } : {}),
    ...(validUntil === undefined ? {} : { validUntilUnixSeconds: LOXONE_EPOCH + validUntil }),
  };
}

/** The hash that shows possession of a token, for all commands that take one. Each needs a fresh one-time key. */
export function hashToken({ token, algorithm }: Token, key: Uint8Array): string {
  return keyedHash(key, token, algorithm);
}

/**
 * When to refresh a token, in Unix milliseconds: after half of the time it has left, and after a day at most. So what
 * remains then makes up for hours by which `validUntil` may be off, unless its whole life is shorter.
 *
 * @param nowMs the time now, in Unix milliseconds; the best time to ask is when the token has just arrived
 */
export function refreshAtMs(token: Token, nowMs: number): number {
  const leftMs = Math.max(0, token.validUntilUnixSeconds * 1_000 - nowMs);
  return nowMs + Math.min(leftMs / 2, DAY_MS);
}

/** Whether a token is past its time. @param nowMs the time now, in Unix milliseconds */
export function isExpired(token: Token, nowMs: number): boolean {
  return nowMs >= token.validUntilUnixSeconds * 1_000;
}

function checked(token: unknown, validUntilUnixSeconds: number | undefined, algorithm: HashAlgorithm): Token {
  if (!isText(token)) throw new InvalidTokenError(`token: expected a text, found ${typeof token}`);
  if (validUntilUnixSeconds === undefined)
    throw new InvalidTokenError('token: expected the end of its time, found none');
  return { token, validUntilUnixSeconds, algorithm };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Miniservers write some numbers as texts. */
function secondsOf(value: unknown): number | undefined {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  return isNumeric && Number.isFinite(Number(value)) ? Number(value) : undefined;
}
