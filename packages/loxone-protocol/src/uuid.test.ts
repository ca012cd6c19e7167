import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatUuid, InvalidUuidError, isUuid, parseUuid } from './uuid.ts';

const TEXT = '15beed5b-01ab-d81f-ffff403fb0c34b9e';
const WIRE = '5bedbe15ab011fd8ffff403fb0c34b9e';

function hexOf(view: DataView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex');
}

describe('a UUID', () => {
  test('has its first three groups in little endian on the wire', () => {
    expect(hexOf(parseUuid(TEXT))).toBe(WIRE);
  });

  test('is written in four groups, 8-4-4-16, in lower case', () => {
    const wire = Buffer.from(`eeeeee${WIRE}`, 'hex');
    expect(formatUuid(new DataView(wire.buffer, wire.byteOffset, wire.byteLength), 3)).toBe(TEXT);
  });

  test('keeps its leading zeros', () => {
    expect(formatUuid(new DataView(new ArrayBuffer(16)))).toBe('00000000-0000-0000-0000000000000000');
  });

  test('is read in upper case too', () => {
    expect(hexOf(parseUuid(TEXT.toUpperCase()))).toBe(WIRE);
    expect(isUuid(TEXT.toUpperCase())).toBe(true);
  });

  test.each([
    ['the usual five groups', '15beed5b-01ab-d81f-ffff-403fb0c34b9e'],
    ['a suffix', `${TEXT}/AI1`],
    ['a digit short', TEXT.slice(1)],
    ['something before it', ` ${TEXT}`],
    ['a line feed behind it', `${TEXT}\n`],
    ['a letter too far', TEXT.replace('e', 'g')],
    ['nothing at all', ''],
  ])('is not what has %s', (_, text) => {
    expect(isUuid(text)).toBe(false);
    expect(() => parseUuid(text)).toThrow(InvalidUuidError);
  });

  test('says what was expected and found', () => {
    expect(() => parseUuid('x')).toThrow('expected a UUID of 8-4-4-16 hex digits, found "x"');
  });

  test.each([undefined, null, 7, {}, [TEXT]])('is never %j', (value) => {
    expect(isUuid(value)).toBe(false);
  });

  test('survives the way there and back', () => {
    const anyUuid = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const holds = fc.property(anyUuid, (bytes) => {
      const text = formatUuid(new DataView(bytes.buffer, bytes.byteOffset, 16));
      expect(isUuid(text)).toBe(true);
      expect(hexOf(parseUuid(text))).toBe(Buffer.from(bytes).toString('hex'));
    });
    fc.assert(holds);
  });
});
