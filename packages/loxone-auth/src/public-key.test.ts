import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PublicKeyError, parsePublicKey } from './public-key.ts';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

describe('the public key of a Miniserver', () => {
  test('is read from one line that claims to be a certificate', () => {
    const base64 = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const key = parsePublicKey(`-----BEGIN CERTIFICATE-----${base64}-----END CERTIFICATE-----`);
    expect(key.equals(publicKey)).toBe(true);
  });

  test('is read from a proper PEM', () => {
    expect(parsePublicKey(pemOf(publicKey)).equals(publicKey)).toBe(true);
  });

  test('is read without any markers', () => {
    const base64 = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(parsePublicKey(base64).equals(publicKey)).toBe(true);
  });

  test.each([
    ['nothing', '', 0],
    ['an error page', '<html>400</html>', 9],
    ['half a key', pemOf(publicKey).slice(0, 200), 128],
  ])('is not %s', (_, text, bytes) => {
    const sentence = `public key of the Miniserver: expected a SubjectPublicKeyInfo, found ${bytes} bytes of something else`;
    expect(() => parsePublicKey(text)).toThrow(new PublicKeyError(sentence));
  });

  test('is RSA', () => {
    const curve = generateKeyPairSync('ed25519').publicKey;
    expect(() => parsePublicKey(pemOf(curve))).toThrow('expected RSA, found ed25519');
  });
});
