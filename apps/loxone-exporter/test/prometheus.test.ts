import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@device-exporters/exporter/testing';
import { createHouse } from '@device-exporters/simulators';
import { describe, expect } from 'vitest';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, promtoolOn, SILENT } from '../../../scripts/testing/promtool.ts';
import { ended, follow } from './followed.ts';
import { startPrometheus } from './prometheus-server.ts';
import { structureFile, uuidOf } from './structure-file.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { told } from './told.ts';

describe('promtool has nothing to say', () => {
  testWith('promtool')('about the page of an exporter whose Miniserver is not there', async () => {
    await using followed = await follow({ entry: { port: 1, ssl_port: 1 } });
    await ended(followed.app);
    expect(checkMetrics((await followed.app.scrape()).text)).toEqual(SILENT);
  });

  testWith('promtool')('about the page of one whose login is refused', async () => {
    await using followed = await follow({ entry: { password: 'wrong' } });
    expect(await ended(followed.app)).toMatchObject({ reason: 'authentication' });
    const page = await followed.app.scrape();
    expect(page.value('loxone_authentication_failures_total')).toBe(1);
    expect(checkMetrics(page.text)).toEqual(SILENT);
  });

  testWith('promtool')('about any page of a busy house, texts included', async () => {
    await using followed = await follow({
      miniserver: { house: createHouse({ controls: 300 }), eventsPerSecond: 2_000, speed: 600 },
      config: { include_text_values: true },
    });
    const { app } = followed;
    for (const received of [3_000, 4_000, 5_000]) {
      const page = await app.scrapeUntil(`${received} events`, (found) => {
        return (found.value('loxone_events_received_total', { kind: 'value' }) ?? 0) > received;
      });
      expect(page.lines('loxone_control_info')).not.toEqual([]);
      expect(checkMetrics(page.text)).toEqual(SILENT);
    }
  });

  testWith('promtool')('about the page after the values are gone', async () => {
    await using followed = await follow({ config: { stale_after_seconds: 0.01, include_text_values: true } });
    await told(followed);
    await followed.miniserver.stop();
    await followed.app.logged('values are stale and no longer exported');
    expect(checkMetrics((await followed.app.scrape()).text)).toEqual(SILENT);
  });

  testWith('promtool')('about the scrape configurations of the README', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
    const configurations = blocks.filter((block) => block.includes('scrape_configs:'));
    expect(configurations).not.toEqual([]);
    await using folder = temporaryFolder();
    for (const configuration of configurations) {
      const file = join(folder.path, 'prometheus.yml');
      writeFileSync(file, configuration);
      const { said, code } = promtoolOn(['check', 'config', file], '');
      expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
    }
  });
});

const NUMBER = uuidOf(1);
const NOTE = uuidOf(2);
const ODD = 'a"b\\c\nü';

testWith('prometheus')('a real Prometheus has a value that moves within two seconds, under whatever name', async () => {
  const control = { name: ODD, type: ODD, room: ODD, category: ODD };
  const controls = [
    { ...control, states: { [ODD]: NUMBER } },
    { ...control, states: { text: NOTE } },
  ];
  const house = structureFile(controls, { msInfo: { projectName: ODD, miniserverType: 2 } });
  await using followed = await follow({
    miniserver: { house },
    entry: { name: ODD },
    config: { include_text_values: true },
  });
  const { app, miniserver } = followed;
  await told(followed, ODD);
  await miniserver.setText(NOTE, ODD);
  await using prometheus = await startPrometheus(new URL(app.url).host);

  for (const watts of [1, 2, 3]) {
    const setSeconds = Date.now() / 1000;
    await miniserver.setValue(NUMBER, watts);
    const seen = await until(`${watts} W`, async () => {
      // The time of the sample, not that of the question.
      return (await prometheus.query(`timestamp(loxone_control_value == ${watts})`))[0];
    });
    expect(seen.value - setSeconds).toBeLessThan(2);
  }

  const labels = { miniserver: ODD, name: ODD, type: ODD, room: ODD, category: ODD };
  expect(await prometheus.query('loxone_control_value')).toMatchObject([{ metric: { ...labels, subcontrol: ODD } }]);
  expect(await prometheus.query('loxone_control_info')).toMatchObject([{ metric: { ...labels, value: ODD } }]);
  expect(await prometheus.query('loxone_miniserver_info')).toMatchObject([{ metric: { project: ODD } }]);
  expect(await prometheus.lastError()).toBe('');
});
