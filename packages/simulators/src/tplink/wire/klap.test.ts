import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/tplink/reference.ts';
import { KlapCipher, type KlapVersion, klapAuthHash, klapClientHash, klapServerHash } from './klap.ts';

interface KlapCase {
  readonly name: string;
  readonly klap_version: KlapVersion;
  readonly username: string;
  readonly password: string;
  readonly local_seed_hex: string;
  readonly remote_seed_hex: string;
  readonly auth_hash_hex: string;
  readonly handshake1_response_body_hex: string;
  readonly handshake2_request_body_hex: string;
  readonly derived: {
    readonly key_hex: string;
    readonly iv_prefix_hex: string;
    readonly initial_seq: number;
    readonly sig_hex: string;
  };
  readonly messages: readonly {
    readonly seq: number;
    readonly iv_hex: string;
    readonly request_plaintext: string;
    readonly request_body_hex: string;
    readonly response_plaintext: string;
    readonly response_body_hex: string;
  }[];
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

describe.skipIf(!hasReference)('KLAP, against the reference', () => {
  const { cases } = hasReference ? readReference<{ cases: KlapCase[] }>('vectors/klap.json') : { cases: [] };
  it.each(cases)('plays the device in: $name', (vector) => {
    const { klap_version: version, username: user, password, derived } = vector;
    const authHash = klapAuthHash(version, { user, password });
    expect(authHash.toString('hex')).toBe(vector.auth_hash_hex);
    const [localSeed, remoteSeed] = [hex(vector.local_seed_hex), hex(vector.remote_seed_hex)];
    const secrets = { version, localSeed, remoteSeed, authHash };
    const answer = Buffer.concat([remoteSeed, klapServerHash(secrets)]).toString('hex');
    expect(answer).toBe(vector.handshake1_response_body_hex);
    expect(klapClientHash(secrets).toString('hex')).toBe(vector.handshake2_request_body_hex);
    const cipher = new KlapCipher(secrets);
    expect(cipher.key.toString('hex')).toBe(derived.key_hex);
    expect(cipher.ivPrefix.toString('hex')).toBe(derived.iv_prefix_hex);
    expect(cipher.signature.toString('hex')).toBe(derived.sig_hex);
    expect(cipher.initialSequence).toBe(derived.initial_seq);
    for (const message of vector.messages) {
      expect(cipher.iv(message.seq).toString('hex')).toBe(message.iv_hex);
      expect(cipher.open(hex(message.request_body_hex), message.seq)).toBe(message.request_plaintext);
      expect(cipher.seal(message.response_plaintext, message.seq).toString('hex')).toBe(message.response_body_hex);
    }
  });
});

describe('a KLAP body', () => {
  const secrets = { localSeed: Buffer.alloc(16, 1), remoteSeed: Buffer.alloc(16, 2), authHash: Buffer.alloc(32, 3) };
  const cipher = new KlapCipher({ version: 2, ...secrets });

  it('opens with its own number only', () => {
    const body = cipher.seal('{}', 7);
    expect(cipher.open(body, 7)).toBe('{}');
    expect(cipher.open(body, 8)).toBeUndefined();
  });

  it('opens neither cut nor changed', () => {
    const body = cipher.seal('{}', 7);
    expect(cipher.open(body.subarray(0, 40), 7)).toBeUndefined();
    expect(cipher.open(body.subarray(0, 32), 7)).toBeUndefined();
    expect(cipher.open(Buffer.from(body).fill(0, 40), 7)).toBeUndefined();
    expect(cipher.open(Buffer.alloc(0), 7)).toBeUndefined();
  });
});
