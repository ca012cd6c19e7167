import { constants, createPrivateKey, createPublicKey, publicEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { decryptSessionKey, oddPem, sharedRsaKeys } from './rsa.ts';

const SESSION = `${'ab'.repeat(32)}:${'cd'.repeat(16)}`;

interface KeyExchange {
  readonly getPublicKeyValue: string;
  readonly normalizedPem: string;
  readonly testPrivateKeyPkcs8Pem: string;
  readonly aesKeyHex: string;
  readonly ivHex: string;
  readonly ciphertexts: Record<string, string>;
}

it('makes one pair for the whole process', async () => {
  expect(await sharedRsaKeys()).toBe(await sharedRsaKeys());
});

it('reads a session key and nothing else', async () => {
  const { publicKey, privateKey } = await sharedRsaKeys();
  const read = (text: string, padding: number = constants.RSA_PKCS1_PADDING) =>
    decryptSessionKey(privateKey, publicEncrypt({ key: publicKey, padding }, Buffer.from(text)));
  expect(read(SESSION)).toEqual({ key: Buffer.alloc(32, 0xab), iv: Buffer.alloc(16, 0xcd) });
  expect(read(SESSION.toUpperCase())).toEqual({ key: Buffer.alloc(32, 0xab), iv: Buffer.alloc(16, 0xcd) });
  expect(read(SESSION, constants.RSA_PKCS1_OAEP_PADDING)).toBeUndefined();
  expect(read(`${SESSION}ef`)).toBeUndefined();
  expect(read('')).toBeUndefined();
});

it('takes no padding of another type or without end', async () => {
  const { publicKey, privateKey } = await sharedRsaKeys();
  const read = (start: number[], rest: Buffer) => {
    const block = Buffer.concat([Buffer.from(start), Buffer.alloc(256 - start.length - rest.length, 7), rest]);
    return decryptSessionKey(privateKey, publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block));
  };
  const ending = Buffer.concat([Buffer.from([0]), Buffer.from(SESSION)]);
  expect(read([0, 2], ending)).toBeDefined();
  expect(read([0, 1], ending)).toBeUndefined();
  expect(read([0, 2], Buffer.from(SESSION))).toBeUndefined();
});

describe.skipIf(!hasReference)('vectors/key_exchange.json', () => {
  const vector = hasReference ? readReference<KeyExchange>('vectors/key_exchange.json') : undefined;

  it('is decrypted whoever encrypted it', () => {
    const { testPrivateKeyPkcs8Pem, ciphertexts, aesKeyHex, ivHex } = vector!;
    for (const base64 of Object.values(ciphertexts)) {
      const session = decryptSessionKey(createPrivateKey(testPrivateKeyPkcs8Pem), Buffer.from(base64, 'base64'));
      expect(session?.key.toString('hex')).toBe(aesKeyHex);
      expect(session?.iv.toString('hex')).toBe(ivHex);
    }
  });

  it('has the public key in the form that a Miniserver gives it', () => {
    expect(oddPem(createPublicKey(vector!.normalizedPem))).toBe(vector!.getPublicKeyValue);
  });
});
