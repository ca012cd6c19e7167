import { expect, test } from 'vitest';
import { urlOf } from './endpoint.ts';

test.each([
  ['192.0.2.10', 80, false, 'http', 'http://192.0.2.10:80/jdev'],
  ['192.0.2.10', 443, true, 'http', 'https://192.0.2.10:443/jdev'],
  ['miniserver.lan', 80, false, 'ws', 'ws://miniserver.lan:80/jdev'],
  ['2001:db8::1', 443, true, 'ws', 'wss://[2001:db8::1]:443/jdev'],
] as const)('%s, port %d, TLS %s: %s at %s', (host, port, isTls, scheme, url) => {
  expect(urlOf({ host, port, isTls, tls: {} }, scheme, '/jdev')).toBe(url);
});
