import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fixedSession } from '../test/fixed.ts';
import { keyExchangeCommand, openKeyExchange } from './key-exchange.ts';
import { InvalidKeyError } from './one-time-key.ts';
import { DecryptionError } from './session-key.ts';

describe('the key exchange', () => {
  test('sends the sealed key in plain base64', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    expect(keyExchangeCommand(fixedSession(), publicKey)).toMatch(/^jdev\/sys\/keyexchange\/[A-Za-z0-9+/]{342}==$/);
  });

  test('is answered with a one-time key', () => {
    expect(Buffer.from(openKeyExchange(fixedSession(), 'GRWqbNKXfNi+UgJS5ukfVw==')).toString()).toBe('ACF3');
  });

  test('is not answered with anything else', () => {
    expect(() => openKeyExchange(fixedSession(), '2y8plWnUk8R4a5OAeAzFsA==')).toThrow(InvalidKeyError);
    expect(() => openKeyExchange(fixedSession(), 'short')).toThrow(DecryptionError);
    expect(() => openKeyExchange(fixedSession(), { key: '4143' })).toThrow(InvalidKeyError);
  });
});
