import { describe, expect, test } from 'vitest';
import { header, hex, IDENTIFIER, pooled } from '../test/wire.ts';
import { looksLikeHeader, looksLikeMessage, mayBeginHeader, readHeader } from './header.ts';

describe('a header', () => {
  test('names the kind and the length of what follows', () => {
    expect(readHeader(hex('03 02 00 00 980a0000'))).toEqual({
      identifier: 2,
      kind: 'value-states',
      estimated: false,
      lengthBytes: 2712,
    });
  });

  test('is read wherever its bytes begin', () => {
    expect(readHeader(pooled(header(IDENTIFIER.weather, 48)))).toMatchObject({
      kind: 'weather-states',
      lengthBytes: 48,
    });
  });

  test('has an unsigned length', () => {
    expect(readHeader(header(IDENTIFIER.values, 0xffff_ffff)).lengthBytes).toBe(4_294_967_295);
  });

  test.each([
    [0x80, true],
    [0xff, true],
    [0x00, false],
    [0x01, false],
    [0x7f, false],
  ])('with flags %i is estimated: %s', (flags, estimated) => {
    expect(readHeader(header(IDENTIFIER.file, 8, flags)).estimated).toBe(estimated);
  });

  test('has no kind when its identifier is not known', () => {
    expect(readHeader(header(8, 0))).toMatchObject({ identifier: 8, kind: undefined });
  });

  test('begins with 03', () => {
    expect(mayBeginHeader(hex('03'))).toBe(true);
    expect(mayBeginHeader(hex('04 00 00 00 00000000'))).toBe(false);
    expect(mayBeginHeader(hex(''))).toBe(false);
  });
});

describe('bytes that may be something else', () => {
  test.each([
    ['a header', '03 02 00 00 18000000', true],
    ['an estimated header', '03 01 80 00 54560100', true],
    ['a header with more behind it', '03 00 00 00 02000000 7b7d', true],
    ['seven bytes', '03 02 00 00 180000', false],
    ['another first byte', '04 02 00 00 18000000', false],
    ['an unknown identifier', '03 08 00 00 18000000', false],
    ['flags that are never set', '03 02 01 00 18000000', false],
    ['a reserved byte that is set', '03 02 00 01 18000000', false],
  ])('look like a header or not: %s', (_, bytes, looks) => {
    expect(looksLikeHeader(hex(bytes))).toBe(looks);
  });

  test.each([
    ['a header alone', '03 02 00 00 18000000', true],
    ['a header with its payload', '03 00 00 00 02000000 7b7d', true],
    ['a header with its payload and more', '03 00 00 00 02000000 7b7d 03', true],
    ['a header with half of its payload', '03 00 00 00 02000000 7b', false],
    ['no header', '04 00 00 00 02000000 7b7d', false],
  ])('look like a message or not: %s', (_, bytes, looks) => {
    expect(looksLikeMessage(hex(bytes))).toBe(looks);
  });
});
