import { describe, expect, test } from 'vitest';
import { credentialString } from '../src/tpap/credential-string.ts';
import { readOffer } from '../src/tpap/discover.ts';
import { proverSide, registerParams } from '../src/tpap/registration.ts';
import { encodeScalar } from '../src/tpap/spake2plus.ts';
import { TpapCipher } from '../src/tpap/tpap-cipher.ts';
import { hasReference, readReference } from './reference.ts';

interface TpapCase {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly device_mac: string;
  readonly register_username: string;
  readonly client_scalar_x_hex: string;
  readonly user_random_base64: string;
  readonly register_result: { readonly extra_crypt?: unknown };
  readonly credential_string: string;
  readonly w0_hex: string;
  readonly w0_transcript_encoding_hex: string;
  readonly pake_share_params: { readonly user_share: string; readonly user_confirm: string };
  readonly expected_dev_confirm_base64: string;
  readonly shared_key_hex: string;
  readonly share_result: { readonly start_seq: number };
  readonly messages: readonly {
    readonly seq: number;
    readonly request_plaintext: string;
    readonly request_body_hex: string;
    readonly response_plaintext: string;
    readonly response_body_hex: string;
  }[];
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe.skipIf(!hasReference)('the TPAP vectors of ../shared/reference/tapo-kasa', () => {
  const { cases } = hasReference ? readReference<{ cases: TpapCase[] }>('vectors/tpap.json') : { cases: [] };

  test.each(cases)('agree on the login: $name', async (vector) => {
    const offer = readOffer({ mac: vector.device_mac, tpap: { tls: 0, pake: [2] } });
    const userRandom = Buffer.from(vector.user_random_base64, 'base64');
    expect(registerParams(offer, userRandom)).toMatchObject({
      username: vector.register_username,
      user_random: vector.user_random_base64,
    });
    expect(await credentialString(vector.register_result.extra_crypt, vector, vector.device_mac)).toBe(
      vector.credential_string,
    );
    expect(encodeScalar(BigInt(`0x${vector.w0_hex}`)).toString('hex')).toBe(vector.w0_transcript_encoding_hex);
    const random = () => hex(vector.client_scalar_x_hex);
    const prover = await proverSide(vector.register_result, { offer, credentials: vector, userRandom, random });
    expect({
      user_share: prover.userShare.toString('base64'),
      user_confirm: prover.userConfirm.toString('base64'),
    }).toEqual({
      user_share: vector.pake_share_params.user_share,
      user_confirm: vector.pake_share_params.user_confirm,
    });
    expect(prover.deviceConfirm.toString('base64')).toBe(vector.expected_dev_confirm_base64);
    expect(prover.sharedKey.toString('hex')).toBe(vector.shared_key_hex);
  });

  test.each(cases)('agree on requests and answers: $name', (vector) => {
    const cipher = new TpapCipher(hex(vector.shared_key_hex), vector.share_result.start_seq);
    for (const message of vector.messages) {
      const { seq, body } = cipher.seal(message.request_plaintext);
      expect(seq).toBe(message.seq);
      expect(body.toString('hex')).toBe(message.request_body_hex);
      const answer = hex(message.response_body_hex);
      expect(cipher.isFramed(answer, seq)).toBe(true);
      expect(cipher.open(answer, seq)).toBe(message.response_plaintext);
    }
  });
});
