import { expect, test } from 'vitest';
import { SeriesRegistry } from './registry.ts';
import { SeriesTakenError } from './series-store.ts';

function home() {
  const registry = new SeriesRegistry();
  const power = registry.gauge({ name: 'power_watts', help: 'P.', labels: ['device', 'child'] });
  const voltage = registry.gauge({ name: 'voltage_volts', help: 'U.', labels: ['device'] });
  const lines = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { registry, power, voltage, lines };
}

test('a poll replaces the readings as a whole', async () => {
  const { registry, power, voltage, lines } = home();
  const plug = registry.group();
  plug.replace((put) => {
    put(power, { device: 'p', child: '0' }, 1);
    put(power, { device: 'p', child: '1' }, 2);
    put(voltage, { device: 'p' }, 230);
  }, 1000);
  expect(await lines()).toEqual([
    'power_watts{device="p",child="0"} 1',
    'power_watts{device="p",child="1"} 2',
    'voltage_volts{device="p"} 230',
  ]);
  plug.replace((put) => put(power, { device: 'p', child: '1' }, 3), 2000);
  expect(await lines()).toEqual(['power_watts{device="p",child="1"} 3']);
  expect(plug.size).toBe(1);
  expect(registry.seriesCount).toBe(1);
});

test('a failed device loses its values and gets them back under the same handles', async () => {
  const { registry, voltage, lines } = home();
  const plug = registry.group();
  const series = plug.series(voltage, { device: 'p' });
  series.set(230);
  await lines();
  plug.clear();
  expect(series.value).toBeUndefined();
  expect(await lines()).toEqual([]);
  registry.set(series.handle, 231);
  expect(await lines()).toEqual(['voltage_volts{device="p"} 231']);
  registry.unset(series.handle);
  expect(await lines()).toEqual([]);
});

test('a device that is gone takes its series along, and nobody else’s', async () => {
  const { registry, voltage, lines } = home();
  const [a, b] = [registry.group(), registry.group()];
  a.series(voltage, { device: 'a' }).set(1);
  b.series(voltage, { device: 'b' }).set(2);
  registry.removeGroup(a);
  expect(await lines()).toEqual(['voltage_volts{device="b"} 2']);
  b.series(voltage, { device: 'a' }).set(3);
  expect((await lines()).toSorted()).toEqual(['voltage_volts{device="a"} 3', 'voltage_volts{device="b"} 2']);
});

test('one label set is one series within a group and refused to another', () => {
  const { registry, voltage } = home();
  const [a, b] = [registry.group(), registry.group()];
  const series = a.series(voltage, { device: 'x' });
  expect(a.series(voltage, { device: 'x' }).handle).toBe(series.handle);
  expect(() => b.series(voltage, { device: 'x' })).toThrow(SeriesTakenError);
  expect(() => b.series(voltage, { device: 'x' })).toThrow('voltage_volts{device="x"}');
  a.release(voltage, series);
  a.release(voltage, series);
  expect(registry.seriesCount).toBe(0);
  expect(b.series(voltage, { device: 'x' }).value).toBeUndefined();
});

test('outputs see names, label values, values and times', () => {
  const { registry, power, voltage } = home();
  const plug = registry.group();
  plug.replace((put) => put(power, { device: 'a"b', child: '' }, 1.5), 1234);
  voltage.series({ device: 'own' }).set(230);
  plug.series(voltage, { device: 'without value' });
  plug.touch(5678);
  expect(registry.families().map(({ name, type, labelNames }) => [name, type, labelNames])).toEqual([
    ['power_watts', 'gauge', ['device', 'child']],
    ['voltage_volts', 'gauge', ['device']],
  ]);
  expect([...power.samples()]).toEqual([{ labelValues: ['a"b', ''], value: 1.5, timeMs: 5678 }]);
  expect([...voltage.samples()]).toEqual([{ labelValues: ['own'], value: 230, timeMs: undefined }]);
});

test('devices that come and go for long leave nothing behind', async () => {
  const { registry, power } = home();
  for (let round = 0; round < 300; round++) {
    const group = registry.group();
    for (let n = 0; n < 100; n++) group.series(power, { device: `${round}`, child: `${n}` }).set(n);
    await registry.metrics();
    registry.removeGroup(group);
  }
  expect(registry.seriesCount).toBe(0);
  expect(power.blocks.length).toBe(1);
  expect(await registry.metrics()).not.toContain('device=');
});

test('the samples of a group are its own series that have a value, with the time of their reading', () => {
  const { registry, power, voltage } = home();
  const [a, b] = [registry.group(), registry.group()];
  a.replace((put) => {
    put(power, { device: 'a"', child: '0' }, 1);
    put(voltage, { device: 'a"' }, 230);
  }, 5_000);
  b.replace((put) => put(voltage, { device: 'b' }, 231), 6_000);
  const seen = Array.from(a.samples(), ({ family, labelValues, value, timeMs }) => [
    family.name,
    labelValues,
    value,
    timeMs,
  ]);
  expect(seen).toEqual([
    ['power_watts', ['a"', '0'], 1, 5_000],
    ['voltage_volts', ['a"'], 230, 5_000],
  ]);
  a.clear();
  expect([...a.samples()]).toEqual([]);
});
