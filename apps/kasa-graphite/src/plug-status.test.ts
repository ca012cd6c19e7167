import { SeriesRegistry } from '@device-exporters/metrics';
import { expect, test } from 'vitest';
import { declareMetrics } from './metrics.ts';
import { PlugStatus } from './plug-status.ts';

function setUp() {
  const registry = new SeriesRegistry();
  const metrics = declareMetrics(registry);
  const taken = new Set<string>();
  const lines = async (name: string) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(name) && !line.endsWith('} 0'));
  return { create: () => new PlugStatus({ registry, metrics, taken }), lines };
}

test('failures from before a device had a name are its own', async () => {
  const { create, lines } = setUp();
  const status = create();
  status.isKnownAs(['192.0.2.1']);
  status.fail('refused');
  status.isKnownAs(['lamp']);
  status.succeed(5_000);
  expect(await lines('kasa_graphite_device_')).toEqual([
    'kasa_graphite_device_up{device="lamp"} 1',
    'kasa_graphite_device_last_success_timestamp_seconds{device="lamp"} 5',
    'kasa_graphite_device_errors_total{device="lamp",reason="refused"} 1',
  ]);
});

test('two devices that would be called the same are told apart, until one leaves', async () => {
  const { create, lines } = setUp();
  const [first, second] = [create(), create()];
  for (const status of [first, second]) {
    status.isKnownAs(['lamp']);
    status.succeed(5_000);
  }
  expect(await lines('kasa_graphite_device_up')).toEqual([
    'kasa_graphite_device_up{device="lamp"} 1',
    'kasa_graphite_device_up{device="lamp (2)"} 1',
  ]);
  first.dispose();
  const third = create();
  third.isKnownAs(['lamp']);
  expect(third.name).toBe('lamp');
});
