import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, until } from '@device-exporters/exporter/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { expect } from 'vitest';
import { startRealCarbon } from '../../../scripts/testing/carbon.ts';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, SILENT } from '../../../scripts/testing/promtool.ts';
import { configFor, folderOfTest, startBridge } from './bridging.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

testWith('carbon-cache')('a real Carbon has the points of --once, by path and value', async () => {
  await using carbon = await startRealCarbon();
  await using plug = await startTplinkDevice({ model: 'hs110', moving: false, alias: 'Fridge' });
  plug.setValue('emeter.get_realtime', { power: 42.5, voltage: 230, current: 0.2, total: 1.25, err_code: 0 });
  const folder = folderOfTest();
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(configFor([plug], { host: carbon.host, port: carbon.linePort })));
  const fromSeconds = nowSeconds() - 5;
  const { code } = await runProgram(MAIN, ['--once', '--config.file', file], { HOME: folder });
  expect(code).toBe(0);
  for (const [leaf, value] of Object.entries({ power_watts: 42.5, energy_wh_total: 1_250, is_on: 1 })) {
    const metric = `home.electricity.kasa.fridge.${leaf}`;
    const stored = await until(`${leaf} is stored`, () => {
      const points = carbon.stored(metric, fromSeconds, nowSeconds() + 1);
      return points.size > 0 && points;
    });
    expect([...stored.values()]).toEqual([value]);
  }
});

testWith('carbon-cache')('a real Carbon that was away has every point of that time, each with its own', async () => {
  await using carbon = await startRealCarbon();
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
  await using app = await startBridge(configFor([plug], { host: carbon.host, port: carbon.linePort }));
  const fromSeconds = nowSeconds() - 1;
  const storedPoints = () =>
    carbon
      .metrics()
      .filter((metric) => metric.startsWith('home.'))
      .reduce((sum, metric) => sum + carbon.stored(metric, fromSeconds, nowSeconds() + 1).size, 0);
  await until('the first is stored', () => storedPoints() > 0);
  await carbon.quit();
  await app.scrapeUntil('some wait', ({ value }) => (value('kasa_graphite_points_queued') ?? 0) >= 15);
  await carbon.start();
  // Without the plug nothing is added any more: what has been sent can be counted.
  await plug[Symbol.asyncDispose]();
  await app.scrapeUntil('the plug is gone', ({ value }) => value('kasa_graphite_device_up') === 0);
  const page = await app.scrapeUntil('none waits', ({ value }) => value('kasa_graphite_points_queued') === 0);
  const sent = page.value('kasa_graphite_points_sent_total') ?? 0;
  expect(sent).toBeGreaterThan(15);
  await until('all are stored', () => storedPoints() >= sent);
  // Each reading has a second of its own, so that more than one point a second and path would be too many.
  expect(storedPoints()).toBe(sent);
});

testWith('promtool')('promtool finds nothing to say about the page', async () => {
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
  await using app = await startBridge(configFor([plug], { host: '127.0.0.1', port: 1 }));
  const page = await app.scrapeUntil('points wait', ({ value }) => (value('kasa_graphite_points_queued') ?? 0) > 0);
  expect(checkMetrics(page.text)).toEqual(SILENT);
});
