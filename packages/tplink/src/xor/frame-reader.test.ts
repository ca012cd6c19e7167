import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { decryptXor, encryptXor } from './cipher.ts';
import { FrameReader, frameOf, MAX_FRAME_BYTES } from './frame-reader.ts';

/** What a reader makes of a stream that comes in pieces of these lengths, over and over. */
function read(stream: Buffer, lengths: readonly number[]): string[] {
  const reader = new FrameReader();
  const texts: string[] = [];
  for (let start = 0, turn = 0; start < stream.length; turn += 1) {
    const end = start + (lengths[turn % lengths.length] ?? 1);
    texts.push(...reader.push(stream.subarray(start, end)).map(decryptXor));
    start = end;
  }
  expect(reader.isMidFrame).toBe(false);
  return texts;
}

describe('frames', () => {
  test('are found however the stream is cut', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 });
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, lengths, (sent, cuts) => {
        const whole = sent.map((text) => Buffer.from(text).toString());
        const stream = Buffer.concat(whole.map((text) => frameOf(encryptXor(text))));
        expect(read(stream, cuts)).toEqual(whole);
      }),
    );
  });

  test('may be of the greatest length, and not of one more', () => {
    const text = 'x'.repeat(MAX_FRAME_BYTES);
    expect(read(frameOf(encryptXor(text)), [65_536])).toEqual([text]);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(MAX_FRAME_BYTES + 1);
    expect(() => new FrameReader().push(header)).toThrow(
      new ProtocolError('length of an answer: expected at most 1048576 bytes, found 1048577'),
    );
  });

  test('leave the reader in the middle until they are complete', () => {
    const reader = new FrameReader();
    const frame = frameOf(encryptXor('{}'));
    expect([reader.push(frame.subarray(0, 2)).length, reader.isMidFrame]).toEqual([0, true]);
    expect([reader.push(frame.subarray(2, 4)).length, reader.isMidFrame]).toEqual([0, true]);
    expect([reader.push(frame.subarray(4)).length, reader.isMidFrame]).toEqual([1, false]);
  });

  test('by the thousand in one piece cost no time', () => {
    expect(new FrameReader().push(Buffer.alloc(1_000_000)).length).toBe(250_000);
  });

  test('out of random bytes are frames or a fault of protocol', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const reader = new FrameReader();
        try {
          for (const chunk of chunks) reader.push(Buffer.from(chunk)).map(decryptXor);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe('the cipher', () => {
  test('gives back every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decryptXor(encryptXor(text))).toBe(text);
      }),
    );
  });
});
