import { describe, expect, test } from 'vitest';
import { InvalidAddressError, parseAddress } from './address.ts';

describe('the address of a device', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7', undefined, undefined],
    ['plug.lan', 'plug.lan', undefined, undefined],
    ['plug.lan:8080', 'plug.lan', undefined, 8080],
    ['xor://192.0.2.7', '192.0.2.7', 'xor', undefined],
    ['XOR://192.0.2.7:19999/', '192.0.2.7', 'xor', 19_999],
    ['http://192.0.2.7:80', '192.0.2.7', 'http', 80],
    ['https://plug/', 'plug', 'https', undefined],
    ['fe80::1', 'fe80::1', undefined, undefined],
    ['fe80::1%eth0', 'fe80::1%eth0', undefined, undefined],
    ['[fe80::1]:80', 'fe80::1', undefined, 80],
    ['http://[::1]', '::1', 'http', undefined],
  ])('%s is read', (text, host, scheme, port) => {
    expect(parseAddress(text)).toEqual({ host, scheme, port });
  });

  test.each([
    '',
    ' ',
    'a b',
    'ftp://plug',
    'plug:0',
    'plug:65536',
    'plug:x',
    'http://',
    'http://plug/path',
    'user@plug',
    'a:b:c',
  ])('is not %j', (text) => {
    expect(() => parseAddress(text)).toThrow(InvalidAddressError);
  });
});
