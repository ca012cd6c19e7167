import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/tplink/reference.ts';
import type { JsonObject } from '../json.ts';
import { discoveryDatagram, encryptInfo, readProbe } from './discovery.ts';

interface DiscoveryVectors {
  readonly client_private_key_pkcs8_der_base64: string;
  readonly query: { readonly datagram_hex: string; readonly payload: string };
  readonly replies: readonly {
    readonly name: string;
    readonly datagram_hex: string;
    readonly parsed: JsonObject;
    readonly encrypt_info_decrypted?: JsonObject;
  }[];
}

const SHORT = Buffer.from('020000010000000000000000463cb5d3', 'hex');

describe.skipIf(!hasReference)('discovery on port 20002, against the reference', () => {
  const vectors = hasReference ? readReference<DiscoveryVectors>('vectors/discovery-20002.json') : undefined!;
  const probe = (): Buffer => Buffer.from(vectors.query.datagram_hex, 'hex');

  it('reads a probe and the key in it', () => {
    const { rsa_key: rsaKey } = (JSON.parse(vectors.query.payload) as { params: { rsa_key: string } }).params;
    expect(readProbe(probe())).toEqual({ serial: 0x01020304, rsaKey });
  });

  it.each(vectors?.replies ?? [])('writes the reply of $name', ({ parsed, datagram_hex }) => {
    expect(discoveryDatagram(parsed, 0x01020304).toString('hex')).toBe(datagram_hex);
  });

  it('encrypts what only the sender of the key can read', () => {
    const secret = vectors.replies.find((reply) => reply.encrypt_info_decrypted)?.encrypt_info_decrypted ?? {};
    const info = encryptInfo(secret, readProbe(probe())?.rsaKey ?? '', Buffer.alloc(32, 5));
    const der = Buffer.from(vectors.client_private_key_pkcs8_der_base64, 'base64');
    const key = privateDecrypt(
      {
        key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha1',
      },
      Buffer.from(String(info?.['key']), 'base64'),
    );
    expect(key).toEqual(Buffer.alloc(32, 5));
    const decipher = createDecipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16));
    const text = Buffer.concat([decipher.update(Buffer.from(String(info?.['data']), 'base64')), decipher.final()]);
    expect(JSON.parse(text.toString())).toEqual(secret);
  });
});

describe('a probe', () => {
  it('is read without a payload too', () => {
    expect(readProbe(SHORT)).toEqual({ serial: 0, rsaKey: undefined });
  });

  it.each([
    ['cut', SHORT.subarray(0, 15)],
    ['of another version', changed(0, 1)],
    ['of another kind', changed(1, 1)],
    ['with another operation', changed(3, 2)],
    ['with a wrong length', changed(5, 1)],
    ['with a wrong checksum', changed(15, 0)],
  ])('is left alone when it is %s', (_, datagram) => {
    expect(readProbe(datagram)).toBeUndefined();
  });

  it('is left alone when its payload is no JSON', () => {
    const datagram = discoveryDatagram({}, 1);
    expect(readProbe(datagram)).toEqual({ serial: 1, rsaKey: undefined });
    expect(readProbe(discoveryDatagram('text', 1))).toBeUndefined();
  });

  it('whose key is none gets no encrypted part', () => {
    expect(encryptInfo({}, 'no key', Buffer.alloc(32))).toBeUndefined();
  });
});

function changed(offset: number, value: number): Buffer {
  const copy = Buffer.from(SHORT);
  copy[offset] = value;
  return copy;
}
