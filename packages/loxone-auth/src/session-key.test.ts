import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedSession } from '../test/fixed.ts';
import { DecryptionError, SessionKey } from './session-key.ts';

describe('a session key', () => {
  test.each([
    ['salt/00010203/getkey', 'v9TOu4i8zd+DN8KeOcdNs8bleclbctILqOgavcIB6h4='],
    ['0123456789abcdef', 'zhzzpOO4exObo8/xCs41tg=='],
    ['größe', '0A7mbCNU1Ec1a92d3tkH6g=='],
    ['{"LL":{}}', '2y8plWnUk8R4a5OAeAzFsA=='],
  ])('encrypts %s as openssl does, padded with zeros where needed', (text, base64) => {
    expect(fixedSession().encrypt(text)).toBe(base64);
    expect(fixedSession().decrypt(base64)).toBe(text);
  });

  test('decrypts what has line feeds in it', () => {
    expect(fixedSession().decrypt('v9TOu4i8zd+DN8Ke\r\nOcdNs8bleclbctIL\nqOgavcIB6h4=\n')).toBe('salt/00010203/getkey');
  });

  test('decrypts up to the first NUL', () => {
    const session = fixedSession();
    expect(session.decrypt(session.encrypt('key\u0000\u000c\u000c'))).toBe('key');
  });

  test('gives back any text, of any length', () => {
    const session = new SessionKey();
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\u0000'));
    const holds = fc.property(texts, (text) => {
      expect(session.decrypt(session.encrypt(text))).toBe(text);
    });
    fc.assert(holds);
  });

  test.each([
    ['nothing', '', 0],
    ['half a block', 'zhzzpOO4exM=', 8],
    ['no base64', '<html>', 3],
  ])('does not decrypt %s', (_, base64, bytes) => {
    expect(() => fixedSession().decrypt(base64)).toThrow(
      new DecryptionError(`encrypted text: expected whole blocks of 16 bytes, found ${bytes} bytes`),
    );
  });

  test('is sealed for the Miniserver as hex with a colon', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const sealed = Buffer.from(fixedSession().sealFor(publicKey), 'base64');
    expect(privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, sealed).toString()).toBe(
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f:a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
    );
  });

  test('is another one each time', () => {
    expect(new SessionKey().encrypt('same')).not.toBe(new SessionKey().encrypt('same'));
  });

  test('does not show itself in a log', () => {
    expect(inspect(fixedSession(), { depth: 9, showHidden: true })).toBe('SessionKey {}');
    expect(JSON.stringify(fixedSession())).toBe('{}');
  });
});
