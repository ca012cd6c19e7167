import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { isUuid, UUID_BYTES, writeUuid } from './uuid.ts';

it.each([
  ['0f869a64-0200-0a9b-ffffd4c75dbaf53c', true],
  ['0f869a64-0200-0a9b-ffff-d4c75dbaf53c', false],
  ['0F869A64-0200-0A9B-FFFFD4C75DBAF53C', false],
  ['0f869a64-0200-0a9b-ffffd4c75dbaf53c/AI1', false],
  ['', false],
  [7, false],
])('takes %s for a UUID: %s', (text, expected) => {
  expect(isUuid(text)).toBe(expected);
});

describe.skipIf(!hasReference)('vectors/uuid.json', () => {
  it('is written byte for byte', () => {
    const { cases } = readReference<{ cases: { bytes: string; text: string }[] }>('vectors/uuid.json');
    for (const { bytes, text } of cases) {
      const target = Buffer.alloc(UUID_BYTES + 2, 0xee);
      writeUuid(target, text, 1);
      expect(target.toString('hex')).toBe(`ee${bytes}ee`);
    }
    expect(cases.length).toBeGreaterThan(20);
  });
});
