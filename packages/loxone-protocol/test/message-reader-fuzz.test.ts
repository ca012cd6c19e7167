import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_REASONS } from '../src/fault.ts';
import type { Message } from '../src/message.ts';
import { MessageReader } from '../src/message-reader.ts';
import { header, IDENTIFIER } from './wire.ts';

type Frame = Uint8Array | string;

const LIMIT = 4_096;
const VALUES = Buffer.alloc(24, 0x55);
const CLEAN: readonly Frame[] = [header(IDENTIFIER.values, VALUES.length), VALUES];

function push(reader: MessageReader, frame: Frame): Message[] {
  return reader.push(frame, typeof frame !== 'string');
}

/** Headers that are nearly or entirely right, with lengths that do not care for what follows. */
const headers = fc
  .record({
    first: fc.constantFrom(3, 3, 3, 2),
    identifier: fc.integer({ min: 0, max: 9 }),
    flags: fc.constantFrom(0, 0, 0x80, 0x01),
    lengthBytes: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(LIMIT, LIMIT + 1, 0xffff_ffff)),
  })
  .map(({ first, identifier, flags, lengthBytes }) => {
    const bytes = header(identifier, lengthBytes, flags);
    bytes[0] = first;
    return bytes;
  });

const bytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), headers);

/** Frames of all sorts: texts, headers, payloads, and several of these glued together or cut off. */
const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  bytes,
  fc.array(bytes, { maxLength: 6 }).map((parts) => Buffer.concat(parts)),
);

function isWellFormed(message: Message): boolean {
  switch (message.kind) {
    case 'fault':
      return FAULT_REASONS.includes(message.reason) && message.detail.length < 200;
    case 'text':
      return typeof message.text === 'string';
    case 'keepalive':
    case 'out-of-service':
      return true;
    default:
      return message.bytes.length <= LIMIT;
  }
}

describe('whatever arrives', () => {
  test('nothing is thrown, and everything read is a message', () => {
    const holds = fc.property(fc.array(frames, { maxLength: 30 }), (stream) => {
      const reader = new MessageReader({ maxPayloadBytes: LIMIT });
      for (const frame of stream) expect(push(reader, frame).every(isWellFormed)).toBe(true);
    });
    fc.assert(holds, { numRuns: 2_000 });
  });

  test('the second sound message afterwards is read at the latest, and all after it', () => {
    const holds = fc.property(fc.array(frames, { maxLength: 12 }), (garbage) => {
      const reader = new MessageReader({ maxPayloadBytes: LIMIT });
      for (const frame of [...garbage, ...CLEAN]) push(reader, frame);
      for (let message = 2; message < 5; message += 1) {
        expect(CLEAN.flatMap((frame) => push(reader, frame))).toEqual([{ kind: 'value-states', bytes: VALUES }]);
      }
    });
    fc.assert(holds, { numRuns: 2_000 });
  });

  test('a sound stream with one byte changed is back in step after two messages', () => {
    const stream = Array.from({ length: 3 }, () => CLEAN).flat();
    const change = fc.record({
      frame: fc.nat(stream.length - 1),
      at: fc.nat(23),
      to: fc.integer({ min: 0, max: 255 }),
    });
    const holds = fc.property(change, ({ frame, at, to }) => {
      const changed = stream.map((bytes) => Buffer.from(bytes));
      const target = changed[frame];
      if (target !== undefined) target[at % target.length] = to;
      const reader = new MessageReader();
      for (const bytes of [...changed, ...CLEAN]) push(reader, bytes);
      const read = CLEAN.flatMap((bytes) => push(reader, bytes));
      expect(read).toEqual([{ kind: 'value-states', bytes: VALUES }]);
    });
    fc.assert(holds, { numRuns: 1_000 });
  });

  test('memory is taken for what has arrived, not for what was announced', () => {
    const readers = Array.from({ length: 1_000 }, () => new MessageReader());
    const before = process.memoryUsage().arrayBuffers;
    for (const reader of readers) {
      reader.push(header(IDENTIFIER.file, 2 ** 24), true);
      reader.push(VALUES, true);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });
});
