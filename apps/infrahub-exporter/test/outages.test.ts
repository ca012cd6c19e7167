import { rmSync, writeFileSync } from 'node:fs';
import { until } from '@device-exporters/exporter/testing';
import { DATA_CENTRE, manyDevices, startInfrahub } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';

const NAMES = 'query { DcimDevice { edges { node { id name { value } } } } }';
const INFO = 'infrahub_dcimdevice_info';

function lists(query: object = {}): Record<string, unknown> {
  const file_path = queryFile(NAMES);
  const queries = [{ file_path, target_field: 'name.value', refresh_interval_seconds: 1, ...query }];
  return { service_discovery: { enabled: true, queries } };
}

const devices = { metrics: { kind: [{ kind: 'DcimDevice', include: ['name'] }] } };

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(`${url}/sd/devices`);
  await answer.arrayBuffer();
  return answer.status;
}

describe('a list of targets through an outage', () => {
  test('is served as it was, then 503, then again', async () => {
    await using infrahub = await startInfrahub();
    await using app = await startExporter(configFor(infrahub, lists({ max_age_seconds: 2 })));
    await until('a list', async () => (await statusOf(app.url)) === 200);
    await infrahub.faults.refuse();
    await app.scrapeUntil('an error', (page) => (page.value('infrahub_sd_errors_total') ?? 0) > 0);
    const answer = await fetch(`${app.url}/sd/devices`);
    expect([answer.status, ((await answer.json()) as unknown[]).length]).toEqual([200, 5]);
    expect((await app.scrape()).value('infrahub_up')).toBe(0);
    await until('503', async () => (await statusOf(app.url)) === 503);
    const page = await app.scrape();
    expect(page.value('infrahub_sd_targets')).toBeUndefined();
    expect((await app.health()).body).toMatchObject({ queries: [{ name: 'devices', up: false, targets: null }] });
    await infrahub.faults.listenAgain();
    await until('a list again', async () => (await statusOf(app.url)) === 200);
    expect((await app.scrape()).value('infrahub_up')).toBe(1);
  });

  test('is empty when Infrahub says so', async () => {
    await using infrahub = await startInfrahub({ nodes: [] });
    await using app = await startExporter(configFor(infrahub, lists()));
    await until('a list', async () => (await statusOf(app.url)) === 200);
    expect(await (await fetch(`${app.url}/sd/devices`)).json()).toEqual([]);
  });

  test('is not made of a query that has no edges', async () => {
    await using infrahub = await startInfrahub();
    await using app = await startExporter(
      configFor(infrahub, lists({ file_path: queryFile('{ InfrahubInfo { version } }', 'devices.gql') })),
    );
    const record = await app.logged('list of targets cannot be read; the last one stays for a while');
    expect(record['err']).toBe('devices: no field of the query has edges');
    expect(await statusOf(app.url)).toBe(503);
  });

  test('is made of a query only: nothing that changes anything is ever sent', async () => {
    await using infrahub = await startInfrahub();
    const file_path = queryFile('mutation { BranchDelete(data: {name: "main"}) { ok } }', 'devices.gql');
    await using app = await startExporter(configFor(infrahub, lists({ file_path })));
    const record = await app.logged('list of targets cannot be read; the last one stays for a while');
    expect(record['err']).toBe('devices.gql: a mutation is never sent, only queries are');
    expect(infrahub.ledger.requests).toEqual([]);
  });

  test('survives the loss of its query file', async () => {
    await using infrahub = await startInfrahub();
    const config = configFor(infrahub, lists());
    const file =
      (config as { service_discovery: { queries: { file_path: string }[] } }).service_discovery.queries[0]?.file_path ??
      '';
    await using app = await startExporter(config);
    await until('a list', async () => (await statusOf(app.url)) === 200);
    rmSync(file);
    await app.scrapeUntil('an error', (page) => (page.value('infrahub_sd_errors_total') ?? 0) > 0);
    expect(await statusOf(app.url)).toBe(200);
    writeFileSync(file, NAMES.replace('DcimDevice', 'LocationBuilding'));
    await app.scrapeUntil('the buildings', (page) => page.value('infrahub_sd_targets') === 2);
  });

  test('that shrinks suddenly is held back until three rounds agree, and counted', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(10) });
    await using app = await startExporter(configFor(infrahub, lists({ min_targets_ratio: 0.5 })));
    await app.scrapeUntil('ten', (page) => page.value('infrahub_sd_targets') === 10);
    infrahub.branch().remove(manyDevices(8).map(({ id }) => id));
    const page = await app.scrapeUntil('two', (one) => one.value('infrahub_sd_targets') === 2);
    expect(page.value('infrahub_sd_errors_total', { query: 'devices' })).toBe(2);
  });
});

describe('the series of a kind', () => {
  test('go when they are too old, and come back', async () => {
    await using infrahub = await startInfrahub();
    const metrics = { ...devices.metrics, max_age_seconds: 2 };
    await using app = await startExporter(configFor(infrahub, { metrics }));
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
    await infrahub.faults.refuse();
    const page = await app.scrapeUntil('nothing', (one) => one.lines(INFO).length === 0);
    expect(page.value('infrahub_nodes')).toBeUndefined();
    expect(page.value('infrahub_last_success_timestamp_seconds')).toBeGreaterThan(1e9);
    await infrahub.faults.listenAgain();
    await app.scrapeUntil('devices again', (one) => one.lines(INFO).length === 5);
  });

  test('are complete although an edge has no node', async () => {
    await using infrahub = await startInfrahub();
    const answer = {
      DcimDevice: { count: 2, edges: [{ node: null }, { node: { id: 'a', hfid: null, __typename: 'DcimDevice' } }] },
    };
    infrahub.faults.always({ kind: 'answer', status: 200, body: JSON.stringify({ data: answer }) }, 'graphql');
    await using app = await startExporter(configFor(infrahub, devices));
    await app.scrapeUntil('the one node', (page) => page.lines(INFO, { id: 'a', hfid: '' }).length === 1);
  });

  test('of which the server repeats some and so leaves out others are not believed', async () => {
    await using infrahub = await startInfrahub();
    const node = { id: 'a', hfid: null, __typename: 'DcimDevice' };
    const answer = { DcimDevice: { count: 2, edges: [{ node }, { node }] } };
    infrahub.faults.always({ kind: 'answer', status: 200, body: JSON.stringify({ data: answer }) }, 'graphql');
    await using app = await startExporter(configFor(infrahub, devices));
    const page = await app.scrapeUntil(
      'an error',
      (one) => (one.value('infrahub_request_errors_total', { reason: 'incomplete' }) ?? 0) > 0,
    );
    expect(page.lines(INFO)).toEqual([]);
  });

  test('of nodes that are gone go with them', async () => {
    await using infrahub = await startInfrahub();
    await using app = await startExporter(configFor(infrahub, devices));
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
    infrahub.branch().remove(['device-1']);
    infrahub.branch().update('device-2', { name: 'renamed' });
    const page = await app.scrapeUntil('four', (one) => one.lines(INFO).length === 4);
    expect(page.lines(INFO, { id: 'device-2' }).map(({ labels }) => labels['name'])).toEqual(['renamed']);
  });

  test('keep numbers that a double cannot hold', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(1) });
    const answer = {
      DcimDevice: {
        count: 1,
        edges: [{ node: { id: 'a', hfid: ['a'], __typename: 'DcimDevice', position: { value: 0 } } }],
      },
    };
    const body = JSON.stringify({ data: answer }).replace('"value":0', '"value":9223372036854775807');
    infrahub.faults.always({ kind: 'answer', status: 200, body }, 'graphql');
    const kind = [{ kind: 'DcimDevice', include: ['position'] }];
    await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
    await app.scrapeUntil('the number', (page) => page.lines(INFO, { position: '9223372036854775807' }).length === 1);
  });
});

describe('the schema', () => {
  test('is looked at before the first query, and the nearest name is suggested', async () => {
    await using infrahub = await startInfrahub();
    const kind = [{ kind: 'DcimDevise' }, { kind: 'BuiltinTag', include: ['nmae'] }];
    await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
    const told = (text: string) => until(text, () => app.records.find(({ err }) => String(err).includes(text)));
    await told('unknown kind DcimDevise; did you mean DcimDevice?');
    await told('BuiltinTag has no attribute or relationship nmae; did you mean name?');
    expect(infrahub.ledger.requests.every(({ path }) => path.startsWith('/api/schema'))).toBe(true);
  });

  test('is read again when it does not fit any more', async () => {
    const kinds = DATA_CENTRE.filter(({ name }) => name !== 'Account');
    await using infrahub = await startInfrahub({ kinds });
    const kind = [{ kind: 'CoreAccount', include: ['name'] }];
    await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
    await app.logged('kind cannot be read; its last series stay for a while');
    infrahub.changeSchema(DATA_CENTRE);
    await app.scrapeUntil('the account', (page) => page.lines('infrahub_coreaccount_info').length === 1);
  });

  test('says which attributes are secrets: those are never asked for', async () => {
    await using infrahub = await startInfrahub();
    const kind = [{ kind: 'CoreAccount', include: ['name', 'password'] }];
    await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect(record['err']).toContain('password is a HashedPassword; secrets never become labels');
    expect(infrahub.ledger.queriesOf('CoreAccount')).toEqual([]);
  });

  test('has generics, whose nodes are of several kinds', async () => {
    await using infrahub = await startInfrahub();
    const kind = [{ kind: 'DcimInterface', include: ['name', 'mtu', 'enabled', 'device'] }];
    await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
    const page = await app.scrapeUntil('interfaces', (one) => one.lines('infrahub_dciminterface_info').length === 2);
    expect(page.lines('infrahub_dciminterface_info', { id: 'if-1' })[0]?.labels).toEqual({
      id: 'if-1',
      hfid: 'DcimPhysicalInterface__ams1-leaf01__Ethernet1',
      name: 'Ethernet1',
      mtu: '9000',
      enabled: 'true',
      device: 'DcimDevice__ams1-leaf01',
    });
  });
});

test('a branch is read by its name, slashes and all', async () => {
  await using infrahub = await startInfrahub({ branches: ['maintenance/dc-1'] });
  infrahub.branch('maintenance/dc-1').remove(['device-1', 'device-2', 'device-3']);
  await using app = await startExporter(configFor(infrahub, { infrahub: { branch: 'maintenance/dc-1' }, ...devices }));
  await app.scrapeUntil('two devices', (page) => page.lines(INFO).length === 2);
  expect(infrahub.ledger.queriesOf('DcimDevice')[0]?.path).toBe('/graphql/maintenance%2Fdc-1');
});

test('a request that hangs ends when its time is up', async () => {
  await using infrahub = await startInfrahub();
  infrahub.faults.next({ kind: 'hang' }, 1, 'graphql');
  await using app = await startExporter(configFor(infrahub, { infrahub: { timeout_seconds: 0.5 }, ...devices }));
  const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
  expect(page.value('infrahub_request_errors_total', { reason: 'timeout' })).toBe(1);
});
