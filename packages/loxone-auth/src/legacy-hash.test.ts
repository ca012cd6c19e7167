import { describe, expect, test } from 'vitest';
import { fixedSession } from '../test/fixed.ts';
import { authenticateCommand, authenticateEncryptedCommand, legacyHash } from './legacy-hash.ts';

describe('the login of firmware 8', () => {
  test('hashes user and password under the one-time key', () => {
    const key = Buffer.from('00ff80c3287f10a5', 'hex');
    const hash = legacyHash({ user: 'Jürg:1', password: 'päss/wörd' }, key);
    expect(hash).toBe('2ab380f571a7fcde062de020a796d68d9220108e');
  });

  test('sends the hash in the clear', () => {
    expect(authenticateCommand('c0ffee')).toBe('authenticate/c0ffee');
  });

  test('or encrypts it with the user, unsalted and in plain base64', () => {
    const command = authenticateEncryptedCommand(fixedSession(), 'c0ffee'.repeat(6), 'Größe');
    const [, base64 = ''] = /^authenticateEnc\/([A-Za-z0-9+/]+=*)$/.exec(command) ?? [];
    expect(fixedSession().decrypt(base64)).toBe(`${'c0ffee'.repeat(6)}/Größe`);
  });
});
