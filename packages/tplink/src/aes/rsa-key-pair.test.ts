import { constants, privateEncrypt, publicEncrypt } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { decryptSecret, publicKeyPem, type RsaKeyPair, rsaKeyPair } from './rsa-key-pair.ts';

describe('the key of a handshake', () => {
  let pair: RsaKeyPair;
  beforeAll(async () => {
    pair = await rsaKeyPair();
  });

  /** What is encrypted without a padding of the library's own. */
  const raw = (block: Uint8Array): Buffer =>
    publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, block);

  const blockOf = (head: readonly number[], padding: number, payload: number): Buffer =>
    Buffer.concat([Buffer.from(head), Buffer.alloc(padding, 0xff), Buffer.of(0), Buffer.alloc(payload, 7)]);

  test('is decrypted', () => {
    const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    const padding = constants.RSA_PKCS1_PADDING;
    expect(decryptSecret(pair, publicEncrypt({ key: pair.publicKey, padding }, secret))).toEqual(secret);
    expect(decryptSecret(pair, raw(blockOf([0, 2], 93, 32)))).toEqual(Buffer.alloc(32, 7));
  });

  test.each([
    ['a type of its own', [0, 1], 93, 32],
    ['no zero in front', [1, 2], 93, 32],
    ['too short a secret', [0, 2], 94, 31],
    ['too long a secret', [0, 2], 92, 33],
    ['too little padding', [0, 2], 7, 118],
    ['no padding at all', [0, 2], 0, 125],
  ] as const)('is refused with %s', (_, head, padding, payload) => {
    expect(() => decryptSecret(pair, raw(blockOf(head, padding, payload)))).toThrow(ProtocolError);
  });

  test('is refused with a padding that never ends', () => {
    const block = Buffer.alloc(128, 0xff);
    block.set([0, 2]);
    expect(() => decryptSecret(pair, raw(block))).toThrow(ProtocolError);
  });

  test('is refused when it is anything else', () => {
    const signed = privateEncrypt(pair.privateKey, Buffer.alloc(32));
    for (const bytes of [signed, Buffer.alloc(0), Buffer.alloc(128), Buffer.alloc(128, 0xff), Buffer.alloc(1_000, 1)]) {
      expect(() => decryptSecret(pair, bytes)).toThrow(ProtocolError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
        expect(() => decryptSecret(pair, bytes)).toThrow(ProtocolError);
      }),
    );
  });

  test('goes to the one public key of this process', async () => {
    expect((await rsaKeyPair()).publicKey).toBe(pair.publicKey);
    expect(pair.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1_024);
    expect(publicKeyPem(pair)).toMatch(/^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=]+\n-----END PUBLIC KEY-----\n$/);
  });
});
