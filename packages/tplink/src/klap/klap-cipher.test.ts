import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import { authHash } from './auth-hash.ts';
import { readChallenge, recognise } from './handshake.ts';
import { KlapCipher } from './klap-cipher.ts';

const CHALLENGE = readChallenge(Buffer.alloc(16, 1), Buffer.alloc(48, 2));
const HASH = authHash(2, { username: 'user@example.com', password: 'secret' });

describe('the number of a request', () => {
  test('goes up to the last of 32 bits and no further', () => {
    const cipher = new KlapCipher(CHALLENGE, HASH, 2 ** 31 - 3);
    expect([cipher.seal('a').seq, cipher.isUsedUp]).toEqual([2_147_483_646, false]);
    expect([cipher.seal('b').seq, cipher.isUsedUp]).toEqual([2_147_483_647, true]);
    expect(() => cipher.seal('c')).toThrow(ProtocolError);
  });

  test('crosses zero', () => {
    const cipher = new KlapCipher(CHALLENGE, HASH, -2);
    expect([cipher.seal('a').seq, cipher.seal('b').seq, cipher.seal('c').seq]).toEqual([-1, 0, 1]);
  });
});

describe('an answer', () => {
  const sealed = new KlapCipher(CHALLENGE, HASH, 0).seal('{"error_code":0}');

  test('is read with the number of its request and no other', () => {
    const cipher = new KlapCipher(CHALLENGE, HASH, 0);
    expect(cipher.open(sealed.body, 1)).toBe('{"error_code":0}');
    expect(() => cipher.open(sealed.body, 2)).toThrow('its signature does not fit');
  });

  test('that is signed and still no cipher text is a fault of protocol', () => {
    const { localSeed, remoteSeed } = CHALLENGE;
    const signatureKey = digest('sha256', 'ldk', localSeed, remoteSeed, HASH).subarray(0, 28);
    for (const cipherText of [Buffer.alloc(0), Buffer.alloc(15), Buffer.alloc(32)]) {
      const body = Buffer.concat([digest('sha256', signatureKey, Buffer.of(0, 0, 0, 1), cipherText), cipherText]);
      const cipher = new KlapCipher(CHALLENGE, HASH, 0);
      expect(() => cipher.open(body, 1)).toThrow(`KLAP answer of ${body.length} bytes: cannot be decrypted`);
    }
  });

  test('of random or changed bytes is a fault of protocol', () => {
    const cipher = new KlapCipher(CHALLENGE, HASH, 0);
    const expectFault = (body: Uint8Array): void => {
      expect(() => cipher.open(body, 1)).toThrow(ProtocolError);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectFault));
    fc.assert(
      fc.property(fc.nat(sealed.body.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const body = Buffer.from(sealed.body);
        body[index] = (body[index] ?? 0) ^ change;
        expectFault(body);
      }),
    );
    fc.assert(fc.property(fc.nat(sealed.body.length - 1), (length) => expectFault(sealed.body.subarray(0, length))));
  });
});

describe('an answer to the handshake', () => {
  test('of random bytes is a fault of protocol, or of nobody', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 96 }), (body) => {
        if (body.length !== 48) expect(() => readChallenge(Buffer.alloc(16), body)).toThrow(ProtocolError);
        else expect(recognise(readChallenge(Buffer.alloc(16), body), [], [1, 2])).toBeUndefined();
      }),
    );
  });
});
