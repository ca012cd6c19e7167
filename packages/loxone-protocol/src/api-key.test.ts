import { describe, expect, test } from 'vitest';
import { parseApiKey } from './api-key.ts';
import { MalformedEnvelopeError } from './envelope.ts';

describe('the answer to apiKey', () => {
  test('is a text of JSON in single quotes', () => {
    const value =
      "{'snr':'50:4f:94:10:B8:4A', 'version':'14.5.12.28', 'key':'4143', 'isInTrust':false, 'local':true, 'hasEventSlots':true, 'httpsStatus':1}";
    expect(parseApiKey(value)).toEqual({
      serial: '504F9410B84A',
      version: '14.5.12.28',
      isLocal: true,
      hasEventSlots: true,
      httpsStatus: 1,
    });
  });

  test('may be an object, with numbers as texts and keys of the future', () => {
    expect(parseApiKey({ snr: '504F9410B84A', version: '17.0', httpsStatus: '2', address: '192.0.2.1' })).toEqual({
      serial: '504F9410B84A',
      version: '17.0',
      isLocal: undefined,
      hasEventSlots: undefined,
      httpsStatus: 2,
    });
  });

  test('may say next to nothing, or nonsense', () => {
    const silent = { isLocal: undefined, hasEventSlots: undefined, httpsStatus: undefined };
    expect(parseApiKey('{}')).toEqual({ serial: undefined, version: undefined, ...silent });
    expect(parseApiKey({ snr: [], version: 9.3, local: 'yes', httpsStatus: 'no' })).toEqual({
      ...{ serial: undefined, version: '9.3' },
      ...silent,
    });
  });

  test.each(['', 'busy', 17, undefined, [1]])('is not %j', (value) => {
    expect(() => parseApiKey(value)).toThrow(MalformedEnvelopeError);
  });
});
