import { describe, expect, test } from 'vitest';
import { decryptXor, encryptXor } from '../src/xor/cipher.ts';
import { FrameReader, frameOf } from '../src/xor/frame-reader.ts';
import { hasReference, readReference } from './reference.ts';

interface XorVectors {
  readonly cases: readonly { name: string; plaintext: string; tcp_frame_hex: string; udp_datagram_hex: string }[];
}

describe.skipIf(!hasReference)('the XOR vectors of ../shared/reference/tapo-kasa', () => {
  const { cases } = hasReference ? readReference<XorVectors>('vectors/xor.json') : { cases: [] };

  test.each(cases)('agree on $name', ({ plaintext, tcp_frame_hex: frame, udp_datagram_hex: datagram }) => {
    expect(encryptXor(plaintext).toString('hex')).toBe(datagram);
    expect(frameOf(encryptXor(plaintext)).toString('hex')).toBe(frame);
    expect(new FrameReader().push(Buffer.from(frame, 'hex')).map(decryptXor)).toEqual([plaintext]);
  });
});
