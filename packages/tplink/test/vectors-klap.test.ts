import { describe, expect, test } from 'vitest';
import { authHash, type KlapVersion } from '../src/klap/auth-hash.ts';
import { candidateAccounts, handshakeProof, readChallenge, recognise } from '../src/klap/handshake.ts';
import { KlapCipher } from '../src/klap/klap-cipher.ts';
import { hasReference, readReference } from './reference.ts';

interface KlapCase {
  readonly name: string;
  readonly klap_version: KlapVersion;
  readonly username: string;
  readonly password: string;
  readonly auth_hash_hex: string;
  readonly handshake1_request_body_hex: string;
  readonly handshake1_response_body_hex: string;
  readonly handshake2_request_body_hex: string;
  readonly derived: { readonly initial_seq: number };
  readonly initial_seq_overridden_to?: number;
  readonly messages: readonly {
    readonly seq: number;
    readonly request_plaintext: string;
    readonly request_body_hex: string;
    readonly response_plaintext: string;
    readonly response_body_hex: string;
  }[];
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe.skipIf(!hasReference)('the KLAP vectors of ../shared/reference/tapo-kasa', () => {
  const { cases } = hasReference ? readReference<{ cases: KlapCase[] }>('vectors/klap.json') : { cases: [] };

  test.each(cases)('agree on the handshake: $name', (vector) => {
    const challenge = readChallenge(
      bytes(vector.handshake1_request_body_hex),
      bytes(vector.handshake1_response_body_hex),
    );
    expect(authHash(vector.klap_version, vector).toString('hex')).toBe(vector.auth_hash_hex);
    for (const order of [[1, 2] as const, [2, 1] as const]) {
      const recognition = recognise(challenge, candidateAccounts(vector), order);
      expect(recognition?.version).toBe(vector.klap_version);
      expect(recognition && handshakeProof(challenge, recognition).toString('hex')).toBe(
        vector.handshake2_request_body_hex,
      );
    }
    const others = candidateAccounts({ username: 'somebody@example.com', password: 'else' });
    const isShared = recognise(challenge, others, [2, 1]) !== undefined;
    expect(isShared).toBe(/blank|set-up/.test(vector.name));
  });

  test.each(cases)('agree on requests and answers: $name', (vector) => {
    const challenge = readChallenge(
      bytes(vector.handshake1_request_body_hex),
      bytes(vector.handshake1_response_body_hex),
    );
    const hash = bytes(vector.auth_hash_hex);
    const cipher = new KlapCipher(challenge, hash, vector.initial_seq_overridden_to);
    for (const message of vector.messages) {
      const { seq, body } = cipher.seal(message.request_plaintext);
      expect(seq).toBe(message.seq);
      expect(body.toString('hex')).toBe(message.request_body_hex);
      expect(cipher.open(bytes(message.response_body_hex), seq)).toBe(message.response_plaintext);
    }
    if (vector.initial_seq_overridden_to === undefined) {
      expect(vector.messages[0]?.seq).toBe(vector.derived.initial_seq + 1);
    }
  });
});
