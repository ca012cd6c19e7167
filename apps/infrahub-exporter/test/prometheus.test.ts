import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '@device-exporters/exporter/testing';
import { manyDevices, startInfrahub } from '@device-exporters/simulators';
import { expect, onTestFinished } from 'vitest';
import { testWith } from '../../../scripts/testing/programs.ts';
import { configFor, folderOfTest, queryFile, startExporter } from './exporting.ts';

const QUERY = `query { DcimDevice { edges { node { id description { value } role { value }
  primary_ip { node { address { ip } } } tags { edges { node { name { value } } } } } } } }`;

const queries = () => [
  {
    file_path: queryFile(QUERY),
    target_field: 'primary_ip.address.ip',
    default_port: 9100,
    label_mappings: { __meta_description: 'description', role: 'role', tags: 'tags[].name' },
    refresh_interval_seconds: 1,
  },
];

/** Programs that not every machine has. */
const PROMTOOL = 'promtool';
const PROMETHEUS = 'prometheus';

testWith(PROMTOOL)('promtool finds nothing wrong with the page', async () => {
  await using infrahub = await startInfrahub();
  const kind = [{ kind: 'DcimDevice', include: ['name', 'description', 'tags', 'facts', 'labels'] }];
  const service_discovery = { enabled: true, queries: queries() };
  await using app = await startExporter(configFor(infrahub, { metrics: { kind }, service_discovery }));
  const page = await app.scrapeUntil('all', (one) => one.lines('infrahub_dcimdevice_info').length === 5);
  expect(execFileSync(PROMTOOL, ['check', 'metrics'], { input: page.text, encoding: 'utf8' })).toBe('');
});

testWith(PROMETHEUS)('Prometheus takes the targets, and keeps them through an outage', async () => {
  await using infrahub = await startInfrahub();
  const service_discovery = { enabled: true, queries: queries() };
  await using app = await startExporter(configFor(infrahub, { service_discovery }));
  const folder = folderOfTest();
  const file = join(folder, 'prometheus.yml');
  const job = { job_name: 'devices', http_sd_configs: [{ url: `${app.url}/sd/devices`, refresh_interval: '1s' }] };
  writeFileSync(file, JSON.stringify({ scrape_configs: [{ ...job, scrape_interval: '1h' }] }));
  const port = await freePort();
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const prometheus = spawn(PROMETHEUS, [...args, '--log.level=error'], { stdio: 'ignore' });
  onTestFinished(() => void prometheus.kill());
  const targets = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/targets`).catch(() => undefined);
    const body = (await answer?.json().catch(() => undefined)) as
      | { data: { activeTargets: { scrapeUrl: string; labels: Record<string, string> }[] } }
      | undefined;
    return body?.data.activeTargets ?? [];
  };
  const found = await until('targets', async () => {
    const active = await targets();
    return active.length === 4 && active;
  });
  expect(found.map(({ scrapeUrl }) => scrapeUrl).toSorted()).toEqual([
    'http://192.0.2.11:9100/metrics',
    'http://192.0.2.12:9100/metrics',
    'http://198.51.100.7:9100/metrics',
    'http://[2001:db8:a::1]:9100/metrics',
  ]);
  expect(found.find(({ scrapeUrl }) => scrapeUrl.includes('192.0.2.11'))?.labels).toMatchObject({
    role: 'leaf',
    tags: 'blue,prod',
  });
  infrahub.faults.always({ kind: 'graphql_errors' }, 'graphql');
  await app.scrapeUntil('errors', (page) => (page.value('infrahub_sd_errors_total') ?? 0) >= 2);
  expect(await targets()).toHaveLength(4);
  infrahub.faults.clear();
  infrahub.branch().put(manyDevices(1).map((node) => ({ ...node, fields: { ...node.fields, primary_ip: 'ip-1' } })));
  await until('one more label set', async () => (await targets()).length >= 4);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
