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
const METRIC = 'home.electricity.kasa.fridge.power_watts';

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
  await app.scrapeUntil('some are sent', ({ value }) => (value('kasa_graphite_points_sent_total') ?? 0) > 0);
  await until('the first is stored', () => carbon.stored(METRIC, fromSeconds, nowSeconds() + 1).size > 0);
  await carbon.quit();
  await app.scrapeUntil('some wait', ({ value }) => (value('kasa_graphite_points_queued') ?? 0) >= 15);
  await carbon.start();
  const page = await app.scrapeUntil('none waits', ({ value }) => value('kasa_graphite_points_queued') === 0);
  const lastSeconds = Math.floor(page.value('kasa_graphite_device_last_success_timestamp_seconds') ?? 0) - 1;
  await until('no second is missing', () => {
    const seconds = [...carbon.stored(METRIC, fromSeconds, lastSeconds).keys()].toSorted((a, b) => a - b);
    const [first = 0] = seconds;
    return seconds.length >= 3 && seconds.every((second, index) => second === first + index);
  });
});

testWith('promtool')('promtool finds nothing to say about the page', async () => {
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
  await using app = await startBridge(configFor([plug], { host: '127.0.0.1', port: 1 }));
  const page = await app.scrapeUntil('points wait', ({ value }) => (value('kasa_graphite_points_queued') ?? 0) > 0);
  expect(checkMetrics(page.text)).toEqual(SILENT);
});
