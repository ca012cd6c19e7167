import { describe, expect, test } from 'vitest';
import { header, hex, IDENTIFIER, pooled } from '../test/wire.ts';
import type { Message } from './message.ts';
import { MessageReader } from './message-reader.ts';

const ESTIMATED = 0x80;
const ANSWER = '{"LL":{"control":"dev/cfg/api","value":"","Code":"200"}}';
const KEEPALIVE = header(IDENTIFIER.keepalive, 0);
const VALUES = Buffer.from(Array.from({ length: 24 }, (_, index) => index));

/** What a reader makes of frames: bytes are binary frames, texts are text frames. File and table bytes come out as hex. */
function read(frames: readonly (Uint8Array | string)[], reader = new MessageReader()): unknown[] {
  return frames
    .flatMap((frame) => reader.push(frame, typeof frame !== 'string').map(freeze))
    .map((message) => ('detail' in message ? message.reason : message));
}

/** Bytes hold until the next push only. */
function freeze(message: Message) {
  return 'bytes' in message ? { ...message, bytes: Buffer.from(message.bytes).toString('hex') } : message;
}

function values(bytes: Uint8Array = VALUES) {
  return { kind: 'value-states', bytes: Buffer.from(bytes).toString('hex') };
}

const valuesHeader = (lengthBytes = VALUES.length, flags = 0) => header(IDENTIFIER.values, lengthBytes, flags);
const fileHeader = (lengthBytes: number, flags = 0) => header(IDENTIFIER.file, lengthBytes, flags);
const textHeader = (lengthBytes: number, flags = 0) => header(IDENTIFIER.text, lengthBytes, flags);
const file = (bytes: Uint8Array) => ({ kind: 'file', bytes: Buffer.from(bytes).toString('hex') });
const answer = { kind: 'text', text: ANSWER };

describe('messages as Miniservers send them', () => {
  test('are a header and a payload, each in a frame of its own', () => {
    expect(read([textHeader(ANSWER.length), ANSWER, valuesHeader(), VALUES])).toEqual([answer, values()]);
  });

  test.each([
    [IDENTIFIER.values, 'value-states'],
    [IDENTIFIER.texts, 'text-states'],
    [IDENTIFIER.daytimers, 'daytimer-states'],
    [IDENTIFIER.weather, 'weather-states'],
    [IDENTIFIER.file, 'file'],
  ])('with identifier %i are of kind %s', (identifier, kind) => {
    expect(read([header(identifier, 24), VALUES])).toEqual([{ ...values(), kind }]);
  });

  test('of kinds without payload are complete with their header', () => {
    expect(read([KEEPALIVE, header(IDENTIFIER.outOfService, 0)])).toEqual([
      { kind: 'keepalive' },
      { kind: 'out-of-service' },
    ]);
  });

  test('carry text frames as bytes too, as ws hands them out', () => {
    const reader = new MessageReader();
    reader.push(textHeader(4), true);
    expect(reader.push(pooled(Buffer.from('größe')), false)).toEqual([{ kind: 'text', text: 'größe' }]);
  });

  test('have a length in bytes, which is not held against the characters of a text', () => {
    expect(read([textHeader(7), 'größe', textHeader(1_000), 'short'])).toEqual([
      { kind: 'text', text: 'größe' },
      { kind: 'text', text: 'short' },
    ]);
  });

  test('bring text files as text frames and others as binary frames', () => {
    const image = hex('89504e47');
    expect(read([fileHeader(2), '{}', fileHeader(4), image])).toEqual([file(Buffer.from('{}')), file(image)]);
  });

  test('bring an answer in a binary frame, if they must', () => {
    expect(read([textHeader(ANSWER.length), Buffer.from(ANSWER)])).toEqual([answer]);
  });

  test('hand on a payload without copying it', () => {
    const reader = new MessageReader();
    reader.push(valuesHeader(), true);
    const frame = pooled(VALUES);
    const [message] = reader.push(frame, true);
    expect(message?.kind === 'value-states' && message.bytes.buffer === frame.buffer).toBe(true);
  });
});

describe('an estimated header', () => {
  test('is followed by the exact one', () => {
    expect(read([fileHeader(99, ESTIMATED), fileHeader(4), hex('01020304')])).toEqual([file(hex('01020304'))]);
  });

  test('may be followed by the payload at once, when its size is the estimate', () => {
    expect(read([valuesHeader(24, ESTIMATED), VALUES])).toEqual([values()]);
  });

  test('may be followed by a text frame at once, whatever its size', () => {
    expect(read([fileHeader(99, ESTIMATED), '{}', textHeader(99, ESTIMATED), ANSWER])).toEqual([
      file(Buffer.from('{}')),
      answer,
    ]);
  });

  test('with an estimate of 8 is still followed by a header', () => {
    expect(read([fileHeader(8, ESTIMATED), fileHeader(4), hex('01020304')])).toEqual([file(hex('01020304'))]);
  });

  test('may be followed by another estimate', () => {
    expect(read([fileHeader(9, ESTIMATED), fileHeader(7, ESTIMATED), fileHeader(1), hex('01')])).toEqual([
      file(hex('01')),
    ]);
  });

  test('may be followed by the exact one in pieces', () => {
    const exact = fileHeader(2);
    expect(read([fileHeader(9, ESTIMATED), exact.subarray(0, 3), exact.subarray(3), hex('0102')])).toEqual([
      file(hex('0102')),
    ]);
  });

  test('of an absurd length does no harm', () => {
    expect(read([fileHeader(0xffff_ffff, ESTIMATED), fileHeader(1), hex('01')])).toEqual([file(hex('01'))]);
  });

  test('is a fault when something of another length follows', () => {
    expect(read([valuesHeader(48, ESTIMATED), VALUES, valuesHeader(), VALUES])).toEqual(['wrong_length', values()]);
  });

  test('is a fault when another message follows', () => {
    expect(read([fileHeader(48, ESTIMATED), valuesHeader(), VALUES])).toEqual(['truncated', values()]);
  });

  test('of a table is a fault when a text follows, which is an answer', () => {
    expect(read([valuesHeader(48, ESTIMATED), ANSWER])).toEqual(['truncated', answer]);
  });
});

describe('an empty message', () => {
  test('is complete with its header', () => {
    expect(read([valuesHeader(0), valuesHeader(), VALUES])).toEqual([values(hex('')), values()]);
  });

  test('may have an empty payload frame all the same', () => {
    expect(read([textHeader(0), '', fileHeader(0), hex(''), valuesHeader(), VALUES])).toEqual([
      { kind: 'text', text: '' },
      file(hex('')),
      values(),
    ]);
  });
});

describe('8 bytes', () => {
  test('are a file when a file of 8 bytes is due, however much they look like a header', () => {
    expect(read([fileHeader(8), KEEPALIVE, KEEPALIVE])).toEqual([file(KEEPALIVE), { kind: 'keepalive' }]);
  });

  test('are a header when something else is due', () => {
    expect(read([fileHeader(9), KEEPALIVE])).toEqual(['truncated', { kind: 'keepalive' }]);
  });
});

describe('frames that were joined or parted', () => {
  const stream = Buffer.concat([
    ...[textHeader(ANSWER.length), Buffer.from(ANSWER), KEEPALIVE],
    ...[fileHeader(99, ESTIMATED), fileHeader(8), VALUES.subarray(0, 8)],
    ...[valuesHeader(), VALUES, valuesHeader(0), header(IDENTIFIER.texts, 24), VALUES],
  ]);
  const messages = [
    answer,
    { kind: 'keepalive' },
    file(VALUES.subarray(0, 8)),
    values(),
    values(hex('')),
    { ...values(), kind: 'text-states' },
  ];

  test('are read as one stream when all came in one', () => {
    expect(read([stream])).toEqual(messages);
  });

  test('are told apart by their headers alone, even where a payload looks like one', () => {
    expect(read([Buffer.concat([fileHeader(8), KEEPALIVE, KEEPALIVE])])).toEqual([
      file(KEEPALIVE),
      { kind: 'keepalive' },
    ]);
  });

  test('are read as one stream when a payload is glued to its header', () => {
    expect(read([Buffer.concat([valuesHeader(), VALUES])])).toEqual([values()]);
  });

  test.each([1, 2, 3, 5, 7, 11, 13, 64])('are read as one stream in pieces of %i bytes', (size) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(Buffer.from(stream.subarray(at, at + size)));
    expect(read(pieces)).toEqual(messages);
  });

  test('may be overwritten after each push', () => {
    const reader = new MessageReader();
    const frame = Buffer.alloc(8);
    const push = (bytes: Uint8Array): unknown[] => {
      frame.set(bytes);
      const found = read([frame.subarray(0, bytes.length)], reader);
      frame.fill(0xff);
      return found;
    };
    push(valuesHeader());
    push(VALUES.subarray(0, 8));
    push(VALUES.subarray(8, 16));
    expect(push(VALUES.subarray(16))).toEqual([values()]);
  });
});

describe('a message cut short', () => {
  test('costs one fault when the next one begins', () => {
    expect(read([valuesHeader(), VALUES.subarray(0, 20), valuesHeader(), VALUES])).toEqual(['truncated', values()]);
  });

  test('costs one fault when its payload is missing', () => {
    expect(read([fileHeader(100), textHeader(2), '{}'])).toEqual(['truncated', { kind: 'text', text: '{}' }]);
  });

  test('costs one fault when the next one is glued together', () => {
    expect(read([fileHeader(100), Buffer.concat([valuesHeader(), VALUES])])).toEqual(['truncated', values()]);
  });

  test('costs one fault when an answer comes instead', () => {
    expect(read([valuesHeader(), ANSWER, textHeader(9), hex('7b'), ANSWER])).toEqual([
      'truncated',
      answer,
      'truncated',
      answer,
    ]);
  });

  test('costs one fault when it ends within its header', () => {
    expect(read([hex('03 02 00'), valuesHeader(), VALUES])).toEqual(['truncated', values()]);
    expect(read([hex('03 02 00'), ANSWER])).toEqual(['truncated', answer]);
  });

  test('is described for people', () => {
    const reader = new MessageReader();
    reader.push(valuesHeader(), true);
    reader.push(VALUES.subarray(0, 20), true);
    expect(reader.push(KEEPALIVE, true)[0]).toEqual({
      kind: 'fault',
      reason: 'truncated',
      detail: 'expected 24 bytes of value-states, found 20 and then the next message',
    });
  });
});

describe('something that is no message', () => {
  test('costs one fault a frame, and the next message is read', () => {
    expect(read([hex('deadbeef00'), valuesHeader(), VALUES])).toEqual(['bad_header', values()]);
  });

  test('behind a message costs that frame', () => {
    expect(read([Buffer.concat([KEEPALIVE, hex('ff')]), KEEPALIVE])).toEqual([
      { kind: 'keepalive' },
      'bad_header',
      { kind: 'keepalive' },
    ]);
  });

  test('is described for people', () => {
    const [fault] = new MessageReader().push(hex('deadbeef00'), true);
    expect(fault).toMatchObject({
      detail: 'expected a header, which begins with 03, found de ad be ef 00 first in 5 bytes',
    });
  });

  test('is an answer all the same when it is a text frame', () => {
    expect(read([ANSWER, KEEPALIVE])).toEqual([answer, { kind: 'keepalive' }]);
  });

  test('in the form of a text as binary is not possible', () => {
    expect(new MessageReader().push(ANSWER, true)).toEqual([answer]);
  });
});

describe('an identifier of the future', () => {
  test('costs one fault, and its payload is skipped', () => {
    expect(read([header(8, 24), VALUES, valuesHeader(), VALUES])).toEqual(['unknown_identifier', values()]);
  });

  test('has its payload skipped in pieces', () => {
    const frames = [header(8, 24), VALUES.subarray(0, 11), VALUES.subarray(11), KEEPALIVE];
    expect(read(frames)).toEqual(['unknown_identifier', { kind: 'keepalive' }]);
  });

  test('has its payload skipped as text', () => {
    expect(read([header(8, 24), 'a text of the future', textHeader(9), ANSWER])).toEqual([
      'unknown_identifier',
      answer,
    ]);
  });

  test('costs one fault when it was estimated first', () => {
    expect(read([header(8, 99, ESTIMATED), header(8, 24), VALUES, KEEPALIVE])).toEqual([
      'unknown_identifier',
      { kind: 'keepalive' },
    ]);
    expect(read([header(8, 99, ESTIMATED), 'text', KEEPALIVE])).toEqual(['unknown_identifier', { kind: 'keepalive' }]);
  });

  test('may have no payload', () => {
    expect(read([header(8, 0), KEEPALIVE])).toEqual(['unknown_identifier', { kind: 'keepalive' }]);
  });

  test('does not swallow the next message when its own payload is missing', () => {
    expect(read([header(8, 24), valuesHeader(), VALUES])).toEqual(['unknown_identifier', values()]);
  });
});

describe('an absurd length', () => {
  test('is refused, and what comes of it skipped', () => {
    expect(read([valuesHeader(0xffff_ffff), VALUES, VALUES, valuesHeader(), VALUES])).toEqual(['oversized', values()]);
  });

  test('is more than 16 MiB by default', () => {
    expect(read([fileHeader(2 ** 24 + 1)])).toEqual(['oversized']);
    expect(read([fileHeader(2 ** 24)])).toEqual([]);
  });

  test('is what the options say', () => {
    const options = { maxPayloadBytes: 24 };
    expect(read([valuesHeader(), VALUES], new MessageReader(options))).toEqual([values()]);
    expect(read([valuesHeader(25)], new MessageReader(options))).toEqual(['oversized']);
  });
});
