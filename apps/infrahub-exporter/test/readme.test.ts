import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { testWith } from '../../../scripts/testing/programs.ts';
import { configFor, folderOfTest, queryFile, startExporter } from './exporting.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** A program that not every machine has. */
const PROMTOOL = 'promtool';

function blocksOf(language: string): string[] {
  return [...README.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
}

const withKey = (key: string): string[] => blocksOf('yaml').filter((text) => text.startsWith(`${key}:`));

testWith(PROMTOOL)('Prometheus takes every configuration of the README', () => {
  const blocks = withKey('scrape_configs');
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const text of blocks) {
    const file = join(folderOfTest(), 'prometheus.yml');
    writeFileSync(file, text);
    expect(execFileSync(PROMTOOL, ['check', 'config', file], { encoding: 'utf8' })).toContain('SUCCESS');
  }
});

test('every list of the README is a valid configuration', async () => {
  const blocks = withKey('service_discovery');
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const text of blocks) {
    const config = configFor({ url: 'http://127.0.0.1:1', token: 'x' }, parse(text) as Record<string, unknown>);
    await using app = await startExporter(config);
    expect((await fetch(`${app.url}/sd`)).status).toBe(200);
  }
});

test('the query of the README makes the list of the README', async () => {
  await using infrahub = await startInfrahub();
  const [query = ''] = blocksOf('graphql');
  const [text = ''] = withKey('service_discovery');
  const { service_discovery } = parse(text) as { service_discovery: { queries: { file_path: string }[] } };
  for (const one of service_discovery.queries) one.file_path = queryFile(query);
  await using app = await startExporter(configFor(infrahub, { service_discovery }));
  await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets') === 5);
  const [first] = (await (await fetch(`${app.url}/sd/devices`)).json()) as object[];
  expect(first).toEqual({
    targets: ['192.0.2.11:161'],
    labels: {
      __meta_infrahub_id: 'device-1',
      __meta_infrahub_kind: 'DcimDevice',
      __meta_infrahub_site: 'Amsterdam 1',
      tags: 'blue,prod',
    },
  });
  expect(infrahub.ledger.invalid).toEqual([]);
});

test('the kind of the README makes the series of the README', async () => {
  await using infrahub = await startInfrahub();
  const [text = ''] = withKey('metrics');
  await using app = await startExporter(configFor(infrahub, parse(text) as Record<string, unknown>));
  const page = await app.scrapeUntil('devices', (one) => one.lines('infrahub_dcimdevice_info').length > 0);
  expect(Object.keys(page.lines('infrahub_dcimdevice_info')[0]?.labels ?? {})).toEqual([
    'id',
    'hfid',
    'name',
    'role',
    'location',
    'tags',
  ]);
  expect(infrahub.ledger.invalid).toEqual([]);
});
