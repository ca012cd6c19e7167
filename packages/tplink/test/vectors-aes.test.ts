import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AesCipher } from '../src/aes/aes-cipher.ts';
import { loginRequest } from '../src/aes/login-request.ts';
import { decryptSecret, publicKeyPem } from '../src/aes/rsa-key-pair.ts';
import type { Credentials } from '../src/credentials.ts';
import { hasReference, readReference } from './reference.ts';

interface AesVectors {
  readonly client_private_key_pkcs8_der_base64: string;
  readonly handshake_request: { readonly params: { readonly key: string } };
  readonly handshake_response: { readonly result: { readonly key: string } };
  readonly session_key_hex: string;
  readonly session_iv_hex: string;
  readonly credentials: Credentials & Record<'username_field' | `password${'' | '2'}_field_login_v${1 | 2}`, string>;
  readonly messages: readonly { readonly plaintext: string; readonly base64: string }[];
}

describe.skipIf(!hasReference)('the AES vectors of ../shared/reference/tapo-kasa', () => {
  const vectors = hasReference ? readReference<AesVectors>('vectors/aes-passthrough.json') : undefined;

  test('agree on the handshake', () => {
    const der = Buffer.from(vectors!.client_private_key_pkcs8_der_base64, 'base64');
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const pair = { privateKey, publicKey: createPublicKey(privateKey) };
    expect(publicKeyPem(pair)).toBe(vectors!.handshake_request.params.key);
    const secret = decryptSecret(pair, Buffer.from(vectors!.handshake_response.result.key, 'base64'));
    expect(secret.toString('hex')).toBe(vectors!.session_key_hex + vectors!.session_iv_hex);
  });

  test('agree on the messages', () => {
    const cipher = new AesCipher(Buffer.from(vectors!.session_key_hex + vectors!.session_iv_hex, 'hex'));
    for (const { plaintext, base64 } of vectors!.messages) {
      expect(cipher.encrypt(plaintext)).toBe(base64);
      expect(cipher.decrypt(base64)).toBe(plaintext);
    }
  });

  test('agree on the logins', () => {
    const { credentials, messages } = vectors!;
    const logins = ([1, 2] as const).map((version) => loginRequest(version, credentials, 1_700_000_000_000));
    expect(logins).toEqual(messages.slice(0, 2).map(({ plaintext }) => plaintext));
    const [first, second] = logins.map((login) => JSON.parse(login).params);
    expect(first).toEqual({
      username: credentials.username_field,
      password: credentials.password_field_login_v1,
    });
    expect(second).toEqual({
      username: credentials.username_field,
      password2: credentials.password2_field_login_v2,
    });
  });
});
