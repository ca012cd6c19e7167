import { startTplinkDevice } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { DiscoveryError, type DiscoveryOptions, discover } from './discover.ts';
import type { DiscoveredDevice } from './reply.ts';

const never = new AbortController().signal;

function look(options: Partial<DiscoveryOptions>): Promise<readonly DiscoveredDevice[]> {
  return discover({ target: '127.0.0.1', packets: 3, timeoutMs: 300, signal: never, ...options });
}

test('a device that is asked says who it is and how it is spoken to', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  const ports = { xor: device.xorPort, klap: [device.discoveryPort] };
  const mac = device.mac.replaceAll(/[:-]/g, '').replaceAll(/..(?=.)/g, '$&:');
  expect(await look({ ports })).toEqual([
    {
      key: mac,
      discoveryId: expect.stringMatching(/^[\da-f]{32}$/i),
      host: '127.0.0.1',
      model: 'P110',
      mac,
      hint: { protocol: 'klap2', payload: 'smart', port: device.httpPort, isHttps: false, loginVersion: 2 },
    },
  ]);
});

test('one that is asked by its names is known to have them', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  const ports = { xor: device.xorPort, klap: [device.discoveryPort] };
  const hosts = ['localhost', '127.0.0.1', 'no-such-name.invalid'];
  expect(await look({ ports, hosts })).toMatchObject([{ host: '127.0.0.1', names: ['localhost'] }]);
});

test('an old one answers on its own port', async () => {
  await using device = await startTplinkDevice({ model: 'hs110' });
  const found = await look({ ports: { xor: device.xorPort, klap: [device.discoveryPort] } });
  expect(found.map(({ model, hint }) => [model, hint.protocol, hint.port])).toEqual([['HS110', 'xor', device.xorPort]]);
});

test('one that answers on both ports is one, by the newer answer', async () => {
  await using device = await startTplinkDevice({ model: 'hs300', discovery: 'both' });
  const found = await look({ ports: { xor: device.xorPort, klap: [device.discoveryPort] } });
  expect(found.map(({ hint }) => hint.protocol)).toEqual(['klap2']);
});

test('a broadcast finds several at once', async () => {
  const ports = { xorPort: 0, discoveryPort: 0 };
  await using first = await startTplinkDevice({ model: 'p110', host: '127.0.21.1', ...ports });
  await using second = await startTplinkDevice({
    model: 'p100',
    host: '127.0.21.2',
    xorPort: first.xorPort,
    discoveryPort: first.discoveryPort,
  });
  const found = await look({ target: '127.255.255.255', ports: { xor: first.xorPort, klap: [first.discoveryPort] } });
  expect(found.map(({ host, model }) => [host, model]).toSorted()).toEqual([
    ['127.0.21.1', 'P110'],
    [second.host, 'P100'],
  ]);
});

test('lost datagrams are made up for by the next round', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  device.faults.loseDatagrams(2);
  expect(await look({ packets: 4, ports: { xor: device.xorPort, klap: [device.discoveryPort] } })).toHaveLength(1);
});

test('listed addresses are asked besides', async () => {
  await using device = await startTplinkDevice({ model: 'p110', host: '127.0.22.1' });
  const ports = { xor: device.xorPort, klap: [device.discoveryPort] };
  expect(await look({ target: '127.0.22.9', hosts: ['127.0.22.1'], ports })).toHaveLength(1);
});

test('an interface that is not there, or a signal, ends it', async () => {
  await expect(look({ interface: 'nowhere0' })).rejects.toThrow(DiscoveryError);
  await expect(look({ signal: AbortSignal.abort(new Error('stopping')) })).rejects.toThrow('stopping');
  await expect(look({ interface: 'lo', timeoutMs: 30, ports: { xor: 9, klap: [9] } })).resolves.toEqual([]);
});
