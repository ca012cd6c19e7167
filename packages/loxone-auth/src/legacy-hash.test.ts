import { describe, expect, test } from 'vitest';
import { authenticateCommand, legacyHash } from './legacy-hash.ts';

describe('the login of firmware 8', () => {
  test('hashes user and password under the one-time key', () => {
    const key = Buffer.from('00ff80c3287f10a5', 'hex');
    const hash = legacyHash({ user: 'Jürg:1', password: 'päss/wörd' }, key);
    expect(hash).toBe('2ab380f571a7fcde062de020a796d68d9220108e');
  });

  test('sends the hash in the clear', () => {
    expect(authenticateCommand('c0ffee')).toBe('authenticate/c0ffee');
  });
});
