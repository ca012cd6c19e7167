import { DISCOVERY_PORTS } from '@device-exporters/tplink';
import { expect, test } from 'vitest';
import type { TapoConfig } from './config.ts';
import { discoveryOptionsOf } from './discovery.ts';

function optionsOf(devices: readonly string[], options: object = {}) {
  const usual = { target: '255.255.255.255', discovery_packets: 3, discovery_timeout: 5, port: null, interface: null };
  return discoveryOptionsOf({ devices, discovery_options: { ...usual, ...options } } as unknown as TapoConfig);
}

test('devices are looked for as the configuration says', () => {
  expect(optionsOf([])).toEqual({ target: '255.255.255.255', packets: 3, timeoutMs: 5_000, hosts: [] });
  expect(optionsOf([], { target: '192.0.2.255', discovery_packets: 1, discovery_timeout: 0.5 })).toEqual({
    ...{ target: '192.0.2.255', packets: 1, timeoutMs: 500, hosts: [] },
  });
  expect(optionsOf([], { port: 10_000, interface: 'eth0' })).toMatchObject({
    ports: { xor: 10_000, klap: DISCOVERY_PORTS.klap },
    interface: 'eth0',
  });
});

test('listed devices are asked as well, by their hosts alone', () => {
  expect(optionsOf(['192.0.2.1', 'http://192.0.2.2:80', 'xor://plug.example', '[2001:db8::1]:80']).hosts).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    'plug.example',
    '2001:db8::1',
  ]);
});
