import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, until } from '@device-exporters/exporter/testing';
import { type CarbonSink, startCarbonSink, startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, folderOfTest, startBridge } from './bridging.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);

/** Seconds for which Carbon has a point of this path. */
function secondsOf({ ledger }: CarbonSink, path: string): number[] {
  return [
    ...new Set(ledger.points.filter((point) => point.path === path).map((point) => point.timestampSeconds)),
  ].toSorted((a, b) => a - b);
}

describe('points that are read while Carbon is away', () => {
  const PATH = 'home.electricity.kasa.fridge.is_on';

  test('come later, each with its own time', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
    await using app = await startBridge(configFor([plug], carbon));
    await carbon.ledger.until(() => secondsOf(carbon, PATH).length >= 2);
    await carbon.faults.refuse();
    const page = await app.scrapeUntil('some wait', (one) => (one.value('kasa_graphite_points_queued') ?? 0) >= 15);
    expect(page.value('kasa_graphite_oldest_queued_timestamp_seconds')).toBeGreaterThan(1e9);
    await carbon.faults.listenAgain();
    await app.scrapeUntil('none waits', (one) => one.value('kasa_graphite_points_queued') === 0);
    const seconds = secondsOf(carbon, PATH);
    // Before the outage, and in it; how many is a matter of the machine.
    expect(seconds.length).toBeGreaterThanOrEqual(3);
    const distinct = new Set(carbon.ledger.points.map((point) => `${point.path} ${point.timestampSeconds}`));
    expect(distinct.size).toBeGreaterThanOrEqual((await app.scrape()).value('kasa_graphite_points_sent_total') ?? 0);
    expect(page.value('kasa_graphite_points_dropped_total', { reason: 'overflow' })).toBe(0);
  });

  test('outlive a process that is killed, where there is a spool', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
    const folder = folderOfTest();
    const file = join(folder, 'config.yml');
    writeFileSync(
      file,
      JSON.stringify(configFor([plug], carbon, { graphite: { spool: { directory: join(folder, 'spool') } } })),
    );
    await carbon.faults.refuse();
    const args = ['--config.file', file, '--log.format=json'];
    const first = await startProgram(MAIN, args);
    const queuedAt = async (url: string) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^kasa_graphite_points_queued (\d+)$/m.exec(text)?.[1]);
    };
    const queued = await until('points wait', async () => {
      const points = await queuedAt(first.url);
      return points >= 10 && points;
    });
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const second = await startProgram(MAIN, args);
    await carbon.faults.listenAgain();
    await until('none waits', async () => (await queuedAt(second.url)) === 0 && carbon.ledger.points.length >= queued);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(carbon.ledger.points.length).toBeGreaterThanOrEqual(queued);
    expect(carbon.ledger.invalid).toEqual([]);
  });

  test('are sent when the process is told to end', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
    const app = await startBridge(configFor([plug], carbon));
    await carbon.faults.refuse();
    await app.scrapeUntil('some wait', (one) => (one.value('kasa_graphite_points_queued') ?? 0) >= 5);
    const before = carbon.ledger.points.length;
    await carbon.faults.listenAgain();
    await app.stop();
    expect(carbon.ledger.points.length).toBeGreaterThan(before);
  });
});

test('a spool that another process uses is refused, at a reload too, and the old one goes on', async () => {
  await using carbon = await startCarbonSink();
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
  const taken = folderOfTest();
  writeFileSync(join(taken, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
  const withTaken = configFor([plug], carbon, { graphite: { spool: { directory: taken } } });
  await expect(startBridge(withTaken)).rejects.toThrow('is used by process 1 of elsewhere');
  await using app = await startBridge(configFor([plug], carbon));
  await carbon.ledger.until(() => carbon.ledger.points.length > 0);
  await expect(app.reload(withTaken)).rejects.toThrow('is used by process 1');
  expect((await app.scrape()).value('kasa_graphite_config_last_reload_successful')).toBe(0);
  const before = carbon.ledger.points.length;
  await carbon.ledger.until(() => carbon.ledger.points.length > before);
});

test('more points than may wait: the oldest are dropped, and counted', async () => {
  await using carbon = await startCarbonSink();
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Fridge' });
  await carbon.faults.refuse();
  await using app = await startBridge(configFor([plug], carbon, { graphite: { spool: { max_points: 10 } } }));
  const page = await app.scrapeUntil(
    'some are dropped',
    (one) => (one.value('kasa_graphite_points_dropped_total', { reason: 'overflow' }) ?? 0) > 0,
  );
  expect(page.value('kasa_graphite_points_queued')).toBeLessThanOrEqual(10);
});
