import { SeriesRegistry } from '@device-exporters/metrics';
import { describe, expect, test } from 'vitest';
import { DynamicFamilies } from './dynamic-families.ts';
import { DEVICE_LABELS, declareMetrics, TYPED_METRICS } from './metrics.ts';

const device = { device: 'SN', device_name: 'a"b', product_name: 'DELTA 2', device_general_key: 'unknown' };

describe('the declared metrics', () => {
  test('are typed with one label besides the device at most', async () => {
    const registry = new SeriesRegistry();
    const { typed } = declareMetrics(registry);
    for (const metric of TYPED_METRICS) expect(typed[metric].labelNames.length).toBeLessThanOrEqual(2);
    typed.energyTotalJoules.series({ device: 'SN', kind: 'pv' } as never).set(3_600);
    expect(await registry.metrics()).toContain('ecoflow_energy_joules_total{device="SN",kind="pv"} 3600\n');
  });

  test('take the prefix of the user where the original does', () => {
    const names = namesOf(new SeriesRegistry(), 'home');
    expect(names).toContain('home_online');
    expect(names).toContain('home_mqtt_messages_total');
    expect(names).toContain('home_scrape_duration_seconds');
    expect(names).toContain('ecoflow_battery_soc_ratio');
  });
});

describe('dynamic families', () => {
  function setup() {
    const registry = new SeriesRegistry();
    declareMetrics(registry);
    return { registry, families: new DynamicFamilies(registry) };
  }

  test('are declared once for each key', async () => {
    const { registry, families } = setup();
    families.obtain('pd_soc', 0)?.series(device).set(46);
    expect(families.obtain('pd_soc', 0)).toBe(families.obtain('pd_soc', 0));
    expect(await registry.metrics()).toContain(
      'ecoflow_pd_soc{device="SN",device_name="a\\"b",product_name="DELTA 2",device_general_key="unknown"} 46\n',
    );
  });

  test('carry the numbers of elements as labels', () => {
    expect(setup().families.obtain('cells', 2)?.labelNames).toEqual([...DEVICE_LABELS, 'index_0', 'index_1']);
  });

  test('leave names alone that others have', () => {
    const { families } = setup();
    expect(families.obtain('online', 0)).toBeUndefined();
    expect(families.obtain('', 0)).toBeUndefined();
  });

  test('hold no key with another count of elements', () => {
    const { families } = setup();
    families.obtain('cells', 1);
    expect(families.obtain('cells', 0)).toBeUndefined();
  });

  test('are counters by name when a key says total', () => {
    expect(setup().families.obtain('pv_total', 0)?.type).toBe('counter');
  });
});

function namesOf(registry: SeriesRegistry, prefix: string): string[] {
  declareMetrics(registry, prefix);
  return registry.getMetricsAsArray().map((metric) => (metric as unknown as { name: string }).name);
}
