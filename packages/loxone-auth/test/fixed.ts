import { SessionKey } from '../src/session-key.ts';

/** Bytes that count up from a number: what chance would not bring. */
export function countingBytes(from: number): (count: number) => Uint8Array {
  let next = from;
  return (count) => Uint8Array.from({ length: count }, () => next++);
}

/** The session whose key is 00 01 … 1f and whose IV is a0 a1 … af. */
export function fixedSession(): SessionKey {
  return new SessionKey((count) => countingBytes(count === 32 ? 0 : 0xa0)(count));
}

/** What is thrown. */
export function errorOf(task: () => unknown): Error {
  try {
    task();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected an error, found none');
}
