import { expect, test } from 'vitest';
import { targetOf } from './target.ts';

test.each([
  ['192.0.2.1', '161', null, '192.0.2.1:161'],
  ['192.0.2.1/24', '', 9100, '192.0.2.1:9100'],
  ['192.0.2.1/24', '', null, '192.0.2.1'],
  ['2001:db8::1/64', '161', null, '[2001:db8::1]:161'],
  ['2001:db8::1', '', null, '2001:db8::1'],
  ['fe80::1%eth0', '80', null, '[fe80::1%eth0]:80'],
  ['[2001:db8::1]:80', '', 9100, '[2001:db8::1]:80'],
  ['host.example.net', '', 9100, 'host.example.net:9100'],
  ['host.example.net:80', '', 9100, 'host.example.net:80'],
  ['https://host.example.net/login', '443', 9100, 'https://host.example.net/login'],
  [' 192.0.2.1 ', '', null, '192.0.2.1'],
  ['192.0.2.1/255.255.255.0', '161', null, '192.0.2.1:161'],
  ['host/24', '', null, 'host/24'],
  ['', '161', 9100, undefined],
  ['line\nbreak', '', null, undefined],
  ['192.0.2.1', '0', 9100, undefined],
  ['192.0.2.1', '65536', null, undefined],
  ['192.0.2.1', 'snmp', null, undefined],
])('%j with port %j or %j is %j', (value, port, defaultPort, target) => {
  expect(targetOf(value, port, defaultPort)).toBe(target);
});
