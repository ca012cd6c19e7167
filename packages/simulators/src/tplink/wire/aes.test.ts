import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../test/tplink/client/aes-client.ts';
import { hasReference, readReference } from '../../../test/tplink/reference.ts';
import { loginParameters, PassthroughCipher, readHandshakeKey, wrapSessionKey } from './aes.ts';

interface AesVectors {
  readonly client_private_key_pkcs8_der_base64: string;
  readonly handshake_request: { readonly params: { readonly key: string } };
  readonly handshake_response: { readonly result: { readonly key: string } };
  readonly session_key_hex: string;
  readonly session_iv_hex: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly messages: readonly { readonly plaintext: string; readonly base64: string }[];
}

describe.skipIf(!hasReference)('AES, against the reference', () => {
  const vectors = hasReference ? readReference<AesVectors>('vectors/aes-passthrough.json') : undefined!;
  const keyAndIv = (): Buffer => Buffer.from(vectors.session_key_hex + vectors.session_iv_hex, 'hex');
  const clientKey = () =>
    createPrivateKey({
      ...{ key: Buffer.from(vectors.client_private_key_pkcs8_der_base64, 'base64'), format: 'der', type: 'pkcs8' },
    });

  it('reads the key of a handshake, in one line as clients send it, and wraps a session key for it', () => {
    const key = readHandshakeKey(vectors.handshake_request.params.key);
    const wrapped = Buffer.from(wrapSessionKey(key!, keyAndIv()), 'base64');
    expect(unwrap(clientKey(), wrapped)).toEqual(keyAndIv());
    expect(unwrap(clientKey(), Buffer.from(vectors.handshake_response.result.key, 'base64'))).toEqual(keyAndIv());
  });

  it('encrypts and decrypts every message', () => {
    const cipher = new PassthroughCipher(keyAndIv());
    for (const { plaintext, base64 } of vectors.messages) {
      expect(cipher.encrypt(plaintext)).toBe(base64);
      expect(cipher.decrypt(base64)).toBe(plaintext);
    }
  });

  it('wants the login fields of both versions', () => {
    const { username: user = '', password = '', username_field: username, ...fields } = vectors.credentials;
    expect(loginParameters(1, { user, password })).toEqual({ username, password: fields['password_field_login_v1'] });
    expect(loginParameters(2, { user, password })).toEqual({ username, password2: fields['password2_field_login_v2'] });
  });
});

describe('AES', () => {
  it('takes RSA keys of 1024 bits only', () => {
    const pem = (bits: number): string =>
      generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(readHandshakeKey(pem(1024))).toBeDefined();
    expect(readHandshakeKey(pem(2048))).toBeUndefined();
    expect(readHandshakeKey('no key')).toBeUndefined();
  });

  it('reads neither what is no base64 nor what was encrypted otherwise', () => {
    const cipher = new PassthroughCipher(Buffer.alloc(32, 7));
    expect(cipher.decrypt('not base64!')).toBeUndefined();
    expect(cipher.decrypt('AAAA')).toBeUndefined();
    expect(cipher.decrypt(new PassthroughCipher(Buffer.alloc(32, 8)).encrypt('{}'))).toBeUndefined();
  });
});
