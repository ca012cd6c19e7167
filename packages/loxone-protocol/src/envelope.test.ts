import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedEnvelopeError, parseEnvelope, readObject } from './envelope.ts';

/** What is thrown. */
function errorOf(task: () => unknown): Error {
  try {
    task();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected an error, found none');
}

describe('an envelope', () => {
  test('has a command, a code and a value', () => {
    const text = '{"LL":{"control":"dev/sps/version","value":"6.0.9.12","Code":"200"}}';
    expect(parseEnvelope(text)).toEqual({ control: 'dev/sps/version', value: '6.0.9.12', code: 200 });
  });

  test.each(['"Code":"401"', '"code":"401"', '"Code":401', '"code":401'])('may say its code as %s', (code) => {
    expect(parseEnvelope(`{"LL":{"control":"","value":"",${code}}}`).code).toBe(401);
  });

  test.each([
    ['a number', '17', 17],
    ['an object', '{"key":"4143"}', { key: '4143' }],
    ['nothing', 'null', null],
  ])('may have %s for a value', (_, json, value) => {
    expect(parseEnvelope(`{"LL":{"control":"","value":${json},"Code":"200"}}`).value).toEqual(value);
  });

  test('may lack command and value', () => {
    expect(parseEnvelope('{"LL":{"Code":"500"}}')).toEqual({ control: '', value: undefined, code: 500 });
  });

  test('is read with blanks for raw control characters', () => {
    const text = '{"LL":{"control":"dev/x",\n"value":"one\ntwo\tthree\u0001","Code":"200"}}';
    expect(parseEnvelope(text)).toEqual({ control: 'dev/x', value: 'one two three ', code: 200 });
  });

  test.each([
    ['no JSON', '<html><errorcode>401</errorcode></html>'],
    ['a quote that is not escaped', '{"LL":{"control":"","value":"a "quoted" word","Code":"200"}}'],
    ['JSON of something else', '{"value":"200"}'],
    ['an envelope that is no object', '{"LL":[200]}'],
    ['null', 'null'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(() => parseEnvelope(text)).toThrow(MalformedEnvelopeError);
  });

  test.each(['"Code":"ok"', '"Code":""', '"Code":null', '"Code":{}', '"other":1', '"Code":"Infinity"'])(
    'has a code that is a number, not %s',
    (code) => {
      expect(() => parseEnvelope(`{"LL":{"value":"",${code}}}`)).toThrow('expected an LL envelope with a numeric code');
    },
  );

  test('is never quoted in an error, as it may hold a token', () => {
    const text = '{"LL":{"control":"dev/sys/getjwt","value":{"token":"eyJ0eXAiOiJKV1Qi"';
    const error = errorOf(() => parseEnvelope(text));
    expect(error.message).toBe('expected an LL envelope, found 69 characters of something else');
    expect(inspect(error)).not.toContain('eyJ0');
  });

  test('is a number and a text, or an error of its own kind, whatever the text', () => {
    const holds = fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        expect(parseEnvelope(`{"LL":${text}}`).code).toBeTypeOf('number');
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedEnvelopeError);
      }
    });
    fc.assert(holds);
  });
});

describe('the object in a value', () => {
  const object = { snr: '50:4F:94:10:B8:4A', local: true };

  test.each([
    ['as such', object],
    ['as text', '{"snr":"50:4F:94:10:B8:4A","local":true}'],
    ['as text in single quotes', "{'snr':'50:4F:94:10:B8:4A', 'local':true}"],
  ])('is read %s', (_, value) => {
    expect(readObject(value)).toEqual(object);
  });

  test('keeps the apostrophes of real JSON', () => {
    expect(readObject(`{"name":"Anna's house"}`)).toEqual({ name: "Anna's house" });
  });

  test.each([
    ['a text of 7 characters', 'no JSON'],
    ['a text of 4 characters', '[17]'],
    ['number', 17],
    ['undefined', undefined],
    ['object', null],
  ])('is not %s', (found, value) => {
    expect(() => readObject(value)).toThrow(new MalformedEnvelopeError(`expected an object, found ${found}`));
  });
});
