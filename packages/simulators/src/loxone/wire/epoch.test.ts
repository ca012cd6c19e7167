import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { toLoxoneSeconds } from './epoch.ts';

describe.skipIf(!hasReference)('vectors/token_epoch.json', () => {
  it('is counted from 2009 in UTC', () => {
    const { cases } = readReference<{ cases: { validUntil: number; utc: string; unix: number }[] }>(
      'vectors/token_epoch.json',
    );
    for (const { validUntil, utc, unix } of cases) {
      expect(toLoxoneSeconds(Date.parse(utc))).toBe(validUntil);
      expect(toLoxoneSeconds(unix * 1000 + 999)).toBe(validUntil);
    }
  });
});
