import { describe, expect, it } from 'vitest';
import { clientShare } from '../../../test/tplink/client/tpap-client.ts';
import { hasReference, readReference } from '../../../test/tplink/reference.ts';
import { encodePoint, GENERATOR, multiply } from './p256.ts';
import { credentialString, extraCrypt, type Passcode, registerName } from './passcode.ts';
import { encodeScalar, passcodeScalars, SpakeDevice, verifierFor } from './spake2.ts';
import { TpapCipher } from './tpap.ts';

interface Extra {
  readonly type: string;
  readonly params: { readonly passwd_id?: 2 | 3; readonly sha_name?: 0 | 1; readonly sha_salt?: string };
}

interface TpapCase {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly device_mac: string;
  readonly register_username: string;
  readonly client_scalar_x_hex: string;
  readonly device_scalar_y_hex: string;
  readonly user_random_base64: string;
  readonly register_result: {
    readonly dev_random: string;
    readonly dev_salt: string;
    readonly dev_share: string;
    readonly iterations: number;
    readonly extra_crypt?: Extra;
  };
  readonly credential_string: string;
  readonly w0_hex: string;
  readonly w0_transcript_encoding_hex: string;
  readonly w1_hex: string;
  readonly pake_share_params: { readonly user_share: string; readonly user_confirm: string };
  readonly expected_dev_confirm_base64: string;
  readonly shared_key_hex: string;
  readonly messages: readonly {
    readonly seq: number;
    readonly request_plaintext: string;
    readonly request_body_hex: string;
    readonly response_plaintext: string;
    readonly response_body_hex: string;
  }[];
}

function base64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

function passcodeOf(extra: Extra | undefined): Passcode {
  if (extra === undefined) return { type: 'plain' };
  const { passwd_id = 2, sha_name = 0, sha_salt = '' } = extra.params;
  if (extra.type === 'password_shadow') return { type: 'password_shadow', passwordId: passwd_id };
  return { type: 'password_sha_with_salt', shaName: sha_name, salt: base64(sha_salt) };
}

describe.skipIf(!hasReference)('TPAP, against the reference', () => {
  const { cases } = hasReference ? readReference<{ cases: TpapCase[] }>('vectors/tpap.json') : { cases: [] };
  it.each(cases)('plays the device in: $name', (vector) => {
    const { register_result: register, username: user, password } = vector;
    const passcode = passcodeOf(register.extra_crypt);
    expect(extraCrypt(passcode)).toEqual(register.extra_crypt);
    expect(registerName(0)).toBe(vector.register_username);
    const credential = credentialString(passcode, { user, password }, vector.device_mac);
    expect(credential).toBe(vector.credential_string);
    const { w0, w1 } = passcodeScalars(credential, base64(register.dev_salt), register.iterations);
    // Padded as far as the vector is: it shows 32 bytes of a scalar of 31.
    expect(w0.toString(16).padStart(64, '0')).toBe(vector.w0_hex);
    expect(w1.toString(16).padStart(64, '0')).toBe(vector.w1_hex);
    expect(encodeScalar(w0).toString('hex')).toBe(vector.w0_transcript_encoding_hex);
    const device = new SpakeDevice(
      verifierFor(credential, base64(register.dev_salt), register.iterations),
      Buffer.from(vector.device_scalar_y_hex, 'hex'),
      [base64(vector.user_random_base64), base64(register.dev_random)],
    );
    const isCompressed = base64(register.dev_share).length === 33;
    expect(encodePoint(device.share, isCompressed).toString('base64')).toBe(register.dev_share);
    const agreement = device.agree(base64(vector.pake_share_params.user_share));
    expect(agreement?.userConfirm.toString('base64')).toBe(vector.pake_share_params.user_confirm);
    expect(agreement?.deviceConfirm.toString('base64')).toBe(vector.expected_dev_confirm_base64);
    expect(agreement?.sharedKey.toString('hex')).toBe(vector.shared_key_hex);
    const cipher = new TpapCipher(Buffer.from(vector.shared_key_hex, 'hex'));
    for (const { seq, ...message } of vector.messages) {
      const opened = cipher.open(Buffer.from(message.request_body_hex, 'hex'));
      expect(opened).toEqual({ sequence: seq, text: message.request_plaintext });
      expect(cipher.seal(message.response_plaintext, seq).toString('hex')).toBe(message.response_body_hex);
    }
  });

  it.each(cases)('is met by the client of these tests in: $name', (vector) => {
    const secret = Buffer.from(vector.client_scalar_x_hex, 'hex');
    const userRandom = base64(vector.user_random_base64);
    const client = clientShare(vector.credential_string, { ...vector.register_result }, userRandom, secret);
    expect(client.share.toString('base64')).toBe(vector.pake_share_params.user_share);
    expect(client.userConfirm.toString('base64')).toBe(vector.pake_share_params.user_confirm);
    expect(client.deviceConfirm.toString('base64')).toBe(vector.expected_dev_confirm_base64);
  });
});

describe('TPAP', () => {
  const verifier = { w0: 5n, record: multiply(7n, GENERATOR) };

  it('agrees on nothing with a share that is no point', () => {
    const device = new SpakeDevice(verifier, Buffer.alloc(32, 9), []);
    expect(device.agree(Buffer.alloc(65))).toBeUndefined();
  });

  it('never has a secret of zero, and agrees on nothing that would be known', () => {
    const device = new SpakeDevice({ ...verifier, record: undefined }, Buffer.alloc(32), []);
    expect(device.share).toBeDefined();
    expect(device.agree(encodePoint(GENERATOR))).toBeUndefined();
  });

  it('opens no body that is cut, changed or short', () => {
    const cipher = new TpapCipher(Buffer.alloc(32, 1));
    const body = cipher.seal('{}', 3);
    expect(cipher.open(body)).toEqual({ sequence: 3, text: '{}' });
    expect(cipher.open(body.subarray(0, -1))).toBeUndefined();
    expect(cipher.open(Buffer.from(body).fill(0, 4, 5))).toBeUndefined();
    expect(cipher.open(Buffer.alloc(19))).toBeUndefined();
  });

  it('encodes scalars with as few bytes as the protocol wants', () => {
    expect(encodeScalar(0x80n).toString('hex')).toBe('0080');
    expect(encodeScalar(0x7fn).toString('hex')).toBe('7f');
    expect(encodeScalar(0x8001n).toString('hex')).toBe('8001');
    expect(encodeScalar(0x123n).toString('hex')).toBe('0123');
  });

  it('takes the user for the name of a salted hash when it is told to', () => {
    const login = { user: 'u', password: 'p' };
    const salted = (shaName: 0 | 1): Passcode => ({ type: 'password_sha_with_salt', shaName, salt: Buffer.from('s') });
    expect(credentialString(salted(0), login, '')).not.toBe(credentialString(salted(1), login, ''));
    expect(registerName(1)).toMatch(/^[0-9A-F]{64}$/);
  });
});
