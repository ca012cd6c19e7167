import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrowingBytes } from './growing-bytes.ts';

describe('growing bytes', () => {
  test('hold what was appended, in order', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 8 });
    const holds = fc.property(pieces, (parts) => {
      const bytes = new GrowingBytes();
      for (const part of parts) bytes.append(part);
      const whole = Buffer.concat(parts);
      expect(bytes.length).toBe(whole.length);
      expect(Buffer.from(bytes.take()).equals(whole)).toBe(true);
    });
    fc.assert(holds);
  });

  test('copy, so that a piece may be overwritten afterwards', () => {
    const bytes = new GrowingBytes();
    const piece = Uint8Array.of(1, 2);
    bytes.append(piece);
    piece.fill(9);
    expect([...bytes.take()]).toEqual([1, 2]);
  });

  test('are gone once taken, and what was taken stays as it was', () => {
    const bytes = new GrowingBytes();
    bytes.append(Uint8Array.of(1, 2));
    const taken = bytes.take();
    expect(bytes.length).toBe(0);
    bytes.append(Uint8Array.of(7));
    expect([...taken]).toEqual([1, 2]);
    expect([...bytes.take()]).toEqual([7]);
  });
});
