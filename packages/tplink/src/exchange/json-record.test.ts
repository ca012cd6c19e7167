import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { errorCodeOf, parseRecord, textOf } from './json-record.ts';

describe('an answer in JSON', () => {
  test('is an object', () => {
    expect(parseRecord('{"a":1}', 'x')).toEqual({ a: 1 });
  });

  test.each(['', 'null', '[]', '7', '"secret"', '{"secret":', '<html>secret</html>'])(
    'is not %j, and not quoted',
    (text) => {
      expect(() => parseRecord(text, 'x')).toThrow(ProtocolError);
      expect(() => parseRecord(text, 'x')).not.toThrow('secret');
    },
  );

  test('has a number as error_code, or none', () => {
    expect([errorCodeOf({ error_code: -1 }, 'x'), errorCodeOf({}, 'x')]).toEqual([-1, 0]);
    expect(() => errorCodeOf({ error_code: '0' }, 'x')).toThrow(ProtocolError);
  });

  test('has texts that are not empty', () => {
    expect(textOf({ a: 'b' }, 'a', 'x')).toBe('b');
    expect(() => textOf({ a: '' }, 'a', 'x')).toThrow('x: expected a text as a, found an empty one');
    expect(() => textOf({}, 'a', 'x')).toThrow('x: expected a text as a, found undefined');
  });
});
