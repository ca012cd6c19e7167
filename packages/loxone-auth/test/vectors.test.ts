import { constants, createHash, createPrivateKey, privateDecrypt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CommandCipher } from '../src/command-cipher.ts';
import { hashCredentials, parseCredentialKey } from '../src/credential-hash.ts';
import type { HashAlgorithm } from '../src/hash-algorithm.ts';
import { keyExchangeCommand } from '../src/key-exchange.ts';
import { legacyHash } from '../src/legacy-hash.ts';
import { parseOneTimeKey } from '../src/one-time-key.ts';
import { parsePublicKey } from '../src/public-key.ts';
import { SessionKey } from '../src/session-key.ts';
import { hashToken, parseToken } from '../src/token.ts';
import { hasReference, readReference } from './reference.ts';

interface Hashed {
  key: string;
  user: string;
  password: string;
  hash: string;
}

function cases<T>(file: string): T[] {
  const { cases: found } = readReference<{ cases: T[] }>(`vectors/${file}`);
  expect(found.length).toBeGreaterThan(3);
  return found;
}

function sessionOf(keyHex: string, ivHex: string): SessionKey {
  return new SessionKey((count) => Buffer.from(count === 32 ? keyHex : ivHex, 'hex'));
}

describe.skipIf(!hasReference)('the vectors of ../shared/reference/loxone', () => {
  test('agree on the key exchange', () => {
    const vector = readReference<Record<string, string>>('vectors/key_exchange.json');
    const publicKey = parsePublicKey(vector['getPublicKeyValue'] ?? '');
    const der = publicKey.export({ format: 'der', type: 'spki' });
    expect(createHash('sha256').update(der).digest('hex')).toBe(vector['spkiDerSha256']);
    expect(parsePublicKey(vector['normalizedPem'] ?? '').equals(publicKey)).toBe(true);

    const command = keyExchangeCommand(sessionOf(vector['aesKeyHex'] ?? '', vector['ivHex'] ?? ''), publicKey);
    const key = createPrivateKey(vector['testPrivateKeyPkcs8Pem'] ?? '');
    const sealed = Buffer.from(command.replace('jdev/sys/keyexchange/', ''), 'base64');
    const opened = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sealed).toString();
    expect(opened).toBe(vector['sessionPlaintext']);
  });

  test('agree on encrypted commands', () => {
    interface Command {
      keyHex: string;
      ivHex: string;
      plaintext: string;
      zeroPaddedCommand: string;
      nulThenPkcs7Command: string;
    }
    for (const vector of cases<Command>('command_encryption.json')) {
      const session = sessionOf(vector.keyHex, vector.ivHex);
      const encrypted = `jdev/sys/enc/${encodeURIComponent(session.encrypt(vector.plaintext))}`;
      expect(encrypted).toBe(vector.zeroPaddedCommand);
      const padded = decodeURIComponent(vector.nulThenPkcs7Command.replace('jdev/sys/enc/', ''));
      expect(session.decrypt(padded)).toBe(vector.plaintext);
    }
  });

  test('agree on the salt of encrypted commands', () => {
    const [vector] = cases<{ keyHex: string; ivHex: string; zeroPaddedCommand: string; zeroPaddedFencCommand: string }>(
      'command_encryption.json',
    );
    // The vector's salt has two bytes; this package always takes 16 from its source, which is free to give fewer.
    const options = { clock: { monotonicMs: () => 0 }, random: () => Buffer.from('1f2e', 'hex') };
    const cipher = new CommandCipher(sessionOf(vector?.keyHex ?? '', vector?.ivHex ?? ''), options);
    expect(cipher.encrypt('jdev/sys/getkey2/app')).toBe(vector?.zeroPaddedCommand);
    expect(cipher.encryptFully('jdev/sys/getkey2/app')).toBe(vector?.zeroPaddedFencCommand);
  });

  test('agree on encrypted answers', () => {
    interface Answers {
      keyHex: string;
      ivHex: string;
      cases: { cipherBase64: string; plaintext: string }[];
    }
    const { responses } = readReference<{ responses: Answers }>('vectors/command_encryption.json');
    const session = sessionOf(responses.keyHex, responses.ivHex);
    for (const { cipherBase64, plaintext } of responses.cases) expect(session.decrypt(cipherBase64)).toBe(plaintext);
  });

  test('agree on the hashes of credentials', () => {
    for (const vector of cases<Hashed & { salt: string; hashAlg: HashAlgorithm }>('credential_hash.json')) {
      expect(hashCredentials(vector, parseCredentialKey(vector))).toBe(vector.hash);
    }
  });

  test('agree on the hashes of firmware 8', () => {
    for (const vector of cases<Hashed>('legacy_hash.json')) {
      expect(legacyHash(vector, parseOneTimeKey(vector.key))).toBe(vector.hash);
    }
  });

  test('agree on the hashes of tokens', () => {
    for (const { token, key, hashAlg, hash } of cases<{
      token: string;
      key: string;
      hashAlg: HashAlgorithm;
      hash: string;
    }>('token_hash.json')) {
      expect(hashToken(parseToken({ token, validUntil: 0 }, hashAlg), parseOneTimeKey(key))).toBe(hash);
    }
  });

  test('agree on the end of tokens', () => {
    for (const { validUntil, unix, utc } of cases<{ validUntil: number; unix: number; utc: string }>(
      'token_epoch.json',
    )) {
      const { validUntilUnixSeconds } = parseToken({ token: 'x', validUntil }, 'SHA1');
      expect(validUntilUnixSeconds).toBe(unix);
      expect(new Date(validUntilUnixSeconds * 1_000).toISOString()).toBe(utc);
    }
  });
});
