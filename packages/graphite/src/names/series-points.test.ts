import { SeriesRegistry } from '@device-exporters/metrics';
import { expect, test } from 'vitest';
import { createPathTemplate } from './path-template.ts';
import { seriesPoints } from './series-points.ts';

test('the labels of series fill the template of their family', () => {
  const registry = new SeriesRegistry();
  const power = registry.gauge({ name: 'power_watts', help: 'P.', labels: ['device', 'outlet'] });
  const other = registry.gauge({ name: 'other', help: 'O.', labels: ['device'] });
  const group = registry.group();
  const templates = new Map([['power_watts', createPathTemplate('home.{outlet}.{device}.power')]]);
  group.series(power, { device: 'Büro 1', outlet: 'a' }).set(5);
  expect([...seriesPoints(group.samples(), templates)]).toEqual([]);
  group.replace((put) => {
    put(power, { device: 'Büro 1', outlet: 'a' }, 5);
    put(other, { device: 'x' }, 6);
  }, 1_700_000_000_000);
  expect([...seriesPoints(group.samples(), templates)]).toEqual([
    { path: 'home.a.buro_1.power', value: 5, timestampSeconds: 1_700_000_000 },
  ]);
});
