import { expect, test } from 'vitest';
import { discoveryIn } from './networks.ts';

test('the own network is asked by broadcast', () => {
  expect(discoveryIn(null)).toMatchObject({ target: '255.255.255.255' });
  expect(discoveryIn(null).hosts).toBeUndefined();
});

test('another one is asked by its broadcast address and address by address, as few routers pass a broadcast on', () => {
  const { target, hosts = [] } = discoveryIn('192.0.2.77/24');
  expect([target, hosts.length, hosts.at(0), hosts.at(-1)]).toEqual(['192.0.2.255', 254, '192.0.2.1', '192.0.2.254']);
});

test.each([
  ['192.0.2.4/31', ['192.0.2.4', '192.0.2.5']],
  ['192.0.2.4/32', ['192.0.2.4']],
  ['192.0.2.5/30', ['192.0.2.5', '192.0.2.6']],
])('a small one has these addresses: %s', (network, hosts) => {
  expect(discoveryIn(network).hosts).toEqual(hosts);
});

test.each([
  ['10.0.0.0/8', '10.255.255.255'],
  ['0.0.0.0/0', '255.255.255.255'],
])('a large one is asked by broadcast alone: %s', (network, target) => {
  expect(discoveryIn(network)).toMatchObject({ target });
  expect(discoveryIn(network).hosts).toBeUndefined();
});
