import { describe, expect, test } from 'vitest';
import { addressText, loopbackOf, parseListenAddress } from './listen-address.ts';

describe('an address to listen on', () => {
  test.each([
    ['127.0.0.1:9504', { host: '127.0.0.1', port: 9504 }],
    ['[::1]:9504', { host: '::1', port: 9504 }],
    [':9504', { host: '::', port: 9504 }],
    ['name.example:0', { host: 'name.example', port: 0 }],
  ])('%s is read', (text, address) => expect(parseListenAddress(text)).toEqual(address));

  test.each(['', '9504', 'host', 'host:', 'host:99999', '::1:9504', '[::1]'])('%j is refused', (text) => {
    expect(() => parseListenAddress(text)).toThrow(`not an address to listen on: ${text}`);
  });
});

test('addresses are written so that they can be read again', () => {
  expect(addressText({ host: '::1', port: 1 })).toBe('[::1]:1');
  expect(addressText({ host: '127.0.0.1', port: 1 })).toBe('127.0.0.1:1');
});

test('every address is reached over loopback from the machine itself', () => {
  expect(loopbackOf({ host: '0.0.0.0', port: 1 }).host).toBe('127.0.0.1');
  expect(loopbackOf({ host: '::', port: 1 }).host).toBe('::1');
  expect(loopbackOf({ host: '127.0.0.2', port: 1 }).host).toBe('127.0.0.2');
});
