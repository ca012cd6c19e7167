import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/tplink/reference.ts';
import { XorFrameError, XorFrameReader, xorDecrypt, xorEncrypt, xorFrame } from './xor.ts';

interface XorCase {
  readonly name: string;
  readonly plaintext: string;
  readonly tcp_frame_hex: string;
  readonly udp_datagram_hex: string;
}

describe.skipIf(!hasReference)('XOR, against the reference', () => {
  const { cases } = hasReference ? readReference<{ cases: XorCase[] }>('vectors/xor.json') : { cases: [] };
  it.each(cases)('encrypts, decrypts and frames: $name', ({ plaintext, tcp_frame_hex, udp_datagram_hex }) => {
    expect(xorEncrypt(Buffer.from(plaintext)).toString('hex')).toBe(udp_datagram_hex);
    expect(xorDecrypt(Buffer.from(udp_datagram_hex, 'hex')).toString()).toBe(plaintext);
    expect(xorFrame(plaintext).toString('hex')).toBe(tcp_frame_hex);
  });
});

describe('reading frames', () => {
  it('puts together frames that arrive byte by byte, and takes apart glued ones', () => {
    const bytes = Buffer.concat([xorFrame('{"a":1}'), xorFrame(''), xorFrame('{"b":2}')]);
    expect(new XorFrameReader().read(bytes)).toEqual(['{"a":1}', '', '{"b":2}']);
    const reader = new XorFrameReader();
    expect([...bytes].flatMap((byte) => reader.read(Buffer.from([byte])))).toEqual(['{"a":1}', '', '{"b":2}']);
  });

  it('refuses a frame that announces more than a device could hold', () => {
    expect(() => new XorFrameReader().read(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(XorFrameError);
  });
});
