import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { encodeHeader, type Identifier } from './header.ts';

interface HeaderCase {
  readonly hex: string;
  readonly identifier: Identifier;
  readonly estimated: boolean;
  readonly length: number;
}

it('has 3 first, the identifier, the estimate flag, and the length little endian', () => {
  expect(encodeHeader(2, 2712).toString('hex')).toBe('03020000980a0000');
  expect(encodeHeader(1, 87_636, true).toString('hex')).toBe('0301800054560100');
});

describe.skipIf(!hasReference)('vectors/headers.json', () => {
  it('is written byte for byte', () => {
    const { cases } = readReference<{ cases: HeaderCase[] }>('vectors/headers.json');
    // The others carry bits that mean nothing, which a Miniserver does not set.
    const plain = cases.filter(({ hex }) => ['00', '80'].includes(hex.slice(4, 6)));
    for (const { hex, identifier, length, estimated } of plain) {
      expect(encodeHeader(identifier, length, estimated).toString('hex')).toBe(hex);
    }
    expect(plain.length).toBeGreaterThan(10);
  });
});
