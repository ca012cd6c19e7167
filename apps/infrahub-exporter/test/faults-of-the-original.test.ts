/**
 * What infrahub-exporter, the program that this one takes the place of, does badly: one test by name for each.
 */
import { until } from '@device-exporters/exporter/testing';
import { manyDevices, type SimulatedInfrahub, startInfrahub } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';

const NAMES = 'query { DcimDevice { edges { node { id name { value } } } } }';
const BY_NAME = { target_field: 'name.value', refresh_interval_seconds: 1 };

function discovery(...queries: object[]): Record<string, unknown> {
  return { service_discovery: { enabled: true, queries } };
}

function devices(include: readonly string[] = ['name'], more: object = {}): Record<string, unknown> {
  return { metrics: { kind: [{ kind: 'DcimDevice', include, ...more }] } };
}

const INFO = 'infrahub_dcimdevice_info';

test('1: a kind that fails once is polled again by itself, and stops no other', async () => {
  await using infrahub = await startInfrahub();
  infrahub.faults.always({ kind: 'answer', status: 403 }, { kind: 'DcimDevice' });
  const kind = [{ kind: 'DcimDevice' }, { kind: 'BuiltinTag' }];
  await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
  const page = await app.scrapeUntil('tags', (one) => one.lines('infrahub_builtintag_info').length === 4);
  expect(page.lines(INFO)).toEqual([]);
  expect((await app.health()).body['status']).toBe('degraded');
  infrahub.faults.clear();
  await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
  expect((await app.health()).body['status']).toBe('healthy');
});

describe('2: an error in a query', () => {
  test.each([
    ['errors instead of data', { kind: 'graphql_errors' }],
    ['a null container', { kind: 'null_container' }],
    ['half an answer', { kind: 'partial' }],
    ['a server error', { kind: 'answer', status: 500 }],
    ['a page of a proxy', { kind: 'answer', status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['a dropped connection', { kind: 'drop' }],
  ] as const)('is 503, never an empty list, when it is %s', async (_name, fault) => {
    await using infrahub = await startInfrahub();
    infrahub.faults.always(fault, 'graphql');
    const query = { ...BY_NAME, file_path: queryFile(NAMES) };
    await using app = await startExporter(configFor(infrahub, discovery(query)));
    await app.scrapeUntil(
      'an error',
      (page) => (page.value('infrahub_sd_errors_total', { query: 'devices' }) ?? 0) > 0,
    );
    const answer = await fetch(`${app.url}/sd/devices`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('no list of targets')]);
    infrahub.faults.clear();
    await until('a list', async () => (await fetch(`${app.url}/sd/devices`)).status === 200);
  });
});

test('3: a kind that fails keeps its last series, and shows that it failed', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, devices()));
  await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
  infrahub.faults.always({ kind: 'graphql_errors' }, 'graphql');
  const page = await app.scrapeUntil(
    'errors',
    (one) => (one.value('infrahub_request_errors_total', { reason: 'graphql' }) ?? 0) >= 2,
  );
  expect(page.lines(INFO)).toHaveLength(5);
  expect((await app.health()).body).toMatchObject({ status: 'unhealthy', kinds: [{ kind: 'DcimDevice', up: false }] });
});

test('4: peers come with their node, however many there are', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, devices(['location', 'tags', 'primary_ip', 'interfaces'])));
  await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
  expect(infrahub.ledger.requests.map(({ path }) => path).slice(0, 2)).toEqual(['/api/schema', '/graphql/main']);
  const page = await app.scrape();
  expect(page.lines(INFO, { hfid: 'DcimDevice__ams1-leaf01' })[0]?.labels).toMatchObject({
    location: 'LocationBuilding__AMS1',
    tags: 'BuiltinTag__blue,BuiltinTag__prod',
    primary_ip: 'ip-1',
    interfaces: 'DcimPhysicalInterface__ams1-leaf01__Ethernet1,DcimVirtualInterface__ams1-leaf01__Loopback0',
  });
  expect(infrahub.ledger.queriesOf('LocationBuilding')).toEqual([]);
});

test('5: a query asks for what is included and nothing else', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, devices(['role'])));
  await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
  const [asked] = infrahub.ledger.queriesOf('DcimDevice');
  expect(asked?.query).toBe(
    'query Infrahub_DcimDevice($offset: Int, $limit: Int) { DcimDevice(offset: $offset, limit: $limit) ' +
      '{ count edges { node { id hfid __typename role { value } } } } }',
  );
});

describe('6: many nodes', () => {
  test('are read in large pages, side by side, all of one moment, with one count', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(2_500) });
    infrahub.faults.always({ kind: 'delay', ms: 20 }, 'graphql');
    const config = configFor(infrahub, { infrahub: { page_size: 250, max_concurrency: 3 }, ...devices() });
    await using app = await startExporter({ ...config, poll_interval_seconds: 60 });
    const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 2_500);
    const asked = infrahub.ledger.queriesOf('DcimDevice');
    expect(asked).toHaveLength(10);
    expect(new Set(asked.map(({ at }) => at)).size).toBe(1);
    expect(asked[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(asked.filter(({ query }) => query.includes('count'))).toHaveLength(1);
    expect(infrahub.ledger.requestsPeak).toBe(3);
    expect(page.value('infrahub_pages_total', { kind: 'DcimDevice' })).toBe(10);
  });

  test('are complete when the server gives less than is asked for', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(205), maxPage: 20 });
    await using app = await startExporter(configFor(infrahub, { infrahub: { page_size: 100 }, ...devices() }));
    await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 205);
  });

  test('are complete while somebody writes', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(300) });
    infrahub.faults.always({ kind: 'delay', ms: 10 }, 'graphql');
    const config = configFor(infrahub, { infrahub: { page_size: 20, max_concurrency: 1 }, ...devices() });
    await using app = await startExporter(config);
    await infrahub.ledger.until((ledger) => ledger.queriesOf('DcimDevice').length >= 3);
    infrahub.branch().remove(['device-1000000', 'device-1000001']);
    const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length > 0);
    expect(page.lines(INFO)).toHaveLength(300);
    await app.scrapeUntil('two devices less', (one) => one.lines(INFO).length === 298);
  });

  test('page through a query of service discovery too, where it takes $offset and $limit', async () => {
    await using infrahub = await startInfrahub({ nodes: manyDevices(205) });
    const text = `query Devices($offset: Int, $limit: Int) {
      DcimDevice(offset: $offset, limit: $limit) { count edges { node { id name { value } } } }
      BuiltinTag(offset: $offset, limit: $limit) { count edges { node { id name { value } } } } }`;
    const query = { ...BY_NAME, file_path: queryFile(text) };
    await using app = await startExporter(configFor(infrahub, { infrahub: { page_size: 50 }, ...discovery(query) }));
    await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets', { query: 'devices' }) === 205);
    expect(infrahub.ledger.requests.filter(({ path }) => path === '/graphql/main').length).toBeGreaterThanOrEqual(5);
  });
});

describe('7: what a server refuses for now', () => {
  test.each([429, 500, 502, 503, 504])('is asked for again: %i', async (status) => {
    await using infrahub = await startInfrahub();
    infrahub.faults.next(
      { kind: 'answer', status, body: '<html>', headers: { 'content-type': 'text/html' } },
      1,
      'graphql',
    );
    await using app = await startExporter({ ...configFor(infrahub, devices()), poll_interval_seconds: 60 });
    const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
    const reason = status === 429 ? 'rate_limited' : 'server_error';
    expect(page.value('infrahub_request_errors_total', { reason })).toBe(1);
    expect(infrahub.ledger.queriesOf('DcimDevice')).toHaveLength(2);
  });

  test('is left alone for as long as Retry-After says', async () => {
    await using infrahub = await startInfrahub();
    infrahub.faults.next({ kind: 'answer', status: 429, headers: { 'retry-after': '2' } }, 1, 'graphql');
    await using app = await startExporter({ ...configFor(infrahub, devices()), poll_interval_seconds: 60 });
    await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
    const [first, second] = infrahub.ledger.queriesOf('DcimDevice').map(({ atMs }) => atMs);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(1_990);
  });

  test('is asked for once when asking again is of no use', async () => {
    await using infrahub = await startInfrahub();
    infrahub.faults.always({ kind: 'answer', status: 401 }, 'graphql');
    await using app = await startExporter({ ...configFor(infrahub, devices()), poll_interval_seconds: 60 });
    const page = await app.scrapeUntil(
      'an error',
      (one) => one.value('infrahub_request_errors_total', { reason: 'auth' }) === 1,
    );
    expect(page.value('infrahub_up')).toBe(0);
    expect(infrahub.ledger.queriesOf('DcimDevice')).toHaveLength(1);
  });
});

test('8: 0 and false are values, null is none', async () => {
  await using infrahub = await startInfrahub();
  const query = {
    ...BY_NAME,
    file_path: queryFile(
      'query { DcimDevice { edges { node { id name { value } position { value } monitored { value } snmp_port { value } } } } }',
    ),
    port_field: 'snmp_port.value',
    label_mappings: { position: 'position', monitored: 'monitored.value', port: 'snmp_port' },
  };
  const config = configFor(infrahub, { ...devices(['position', 'monitored', 'snmp_port']), ...discovery(query) });
  await using app = await startExporter(config);
  const page = await app.scrapeUntil(
    'all',
    (one) => one.lines(INFO).length === 5 && one.value('infrahub_sd_targets') === 5,
  );
  expect(page.lines(INFO, { id: 'device-1' })[0]?.labels).toMatchObject({ position: '0', monitored: 'true' });
  expect(page.lines(INFO, { id: 'device-2' })[0]?.labels).toMatchObject({ monitored: 'false', snmp_port: '' });
  const groups = await groupsOf(app.url, 'devices');
  expect(groups[0]).toEqual({
    targets: ['ams1-leaf01:161'],
    labels: {
      __meta_infrahub_id: 'device-1',
      __meta_infrahub_kind: 'DcimDevice',
      position: '0',
      monitored: 'true',
      port: '161',
    },
  });
  expect(groups[1]).toMatchObject({ targets: ['ams1-leaf02'], labels: { monitored: 'false' } });
});

test('9: addresses are targets: without prefix length, IPv6 in brackets, none for a node without one', async () => {
  await using infrahub = await startInfrahub();
  const query = {
    file_path: queryFile('query { DcimDevice { edges { node { id primary_ip { node { address { value } } } } } } }'),
    target_field: 'primary_ip.address.value',
    default_port: 9100,
  };
  await using app = await startExporter(configFor(infrahub, discovery(query)));
  const page = await app.scrapeUntil('targets', (one) => one.value('infrahub_sd_targets') === 4);
  expect(page.value('infrahub_sd_skipped_nodes', { query: 'devices' })).toBe(1);
  const groups = await groupsOf(app.url, 'devices');
  expect(groups.flatMap(({ targets }) => targets)).toEqual([
    '192.0.2.11:9100',
    '192.0.2.12:9100',
    '[2001:db8:a::1]:9100',
    '198.51.100.7:9100',
  ]);
});

describe('10: names that would break the page or the list', () => {
  test.each([
    [{ include: ['name', 'name'] }, 'include: name is listed twice'],
    [{ include: ['hfid'] }, 'include: hfid is a label of every node already'],
    [{ include: ['a-b'] }, 'include: not a name of a field: a-b'],
  ])('are refused: %j', async (kind, message) => {
    await expect(
      startExporter(configFor({ url: 'http://127.0.0.1:1', token: 'x' }, devices([], kind))),
    ).rejects.toThrow(message);
  });

  test('are refused when two become the same label', async () => {
    const label_mappings = { 'device-name': 'name.value', device_name: 'role.value' };
    const query = { ...BY_NAME, file_path: queryFile(NAMES), label_mappings };
    await expect(startExporter(configFor({ url: 'http://127.0.0.1:1', token: 'x' }, discovery(query)))).rejects.toThrow(
      'is the label device_name, as device-name is',
    );
  });
});

test('11: a kind that is listed twice is both sets of nodes, with the labels of both', async () => {
  await using infrahub = await startInfrahub();
  const kind = [
    { kind: 'DcimDevice', include: ['name'], filters: [{ role__value: 'spine' }] },
    { kind: 'DcimDevice', include: ['role'], filters: [{ role__value: 'firewall' }] },
  ];
  await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
  const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 2);
  expect(page.text).toContain(`${INFO}{id="device-3",hfid="DcimDevice__ams1-spine01",name="ams1-spine01",role=""} 1\n`);
  expect(page.text).toContain(`${INFO}{id="device-4",hfid="DcimDevice__fra2-fw01",name="",role="firewall"} 1\n`);
});

describe('12: filters', () => {
  test.each([
    [{ monitored__value: true }, 3],
    [{ monitored__value: 'true' }, 3],
    [{ snmp_port__value: 161 }, 3],
    [{ snmp_port__value: '161' }, 3],
    [{ role__values: ['spine', 'firewall'] }, 2],
    [{ primary_ip__isnull: true }, 1],
    [{ snmp_port__isnull: true }, 1],
    [{ location__shortname__value: 'FRA2' }, 2],
    [{ tags__ids: ['tag-pci', 'tag-lab'] }, 2],
    [{ ids: ['device-1', 'device-2'] }, 2],
    [{ role__value: 'leaf', monitored__value: false }, 2],
    [{ description__value: 'second "leaf"' }, 1],
  ])('can be %j', async (filter, count) => {
    await using infrahub = await startInfrahub();
    await using app = await startExporter(configFor(infrahub, devices(['name'], { filters: [filter] })));
    await app.scrapeUntil('devices', (one) => one.value('infrahub_nodes', { kind: 'DcimDevice' }) === count);
    expect(infrahub.ledger.invalid).toEqual([]);
  });

  test('of several maps are all to be met, as in the original', async () => {
    await using infrahub = await startInfrahub();
    const filters = [{ role__value: 'leaf' }, { monitored__value: true }];
    await using app = await startExporter(configFor(infrahub, devices([], { filters })));
    await app.scrapeUntil('one device', (one) => one.value('infrahub_nodes', { kind: 'DcimDevice' }) === 1);
  });

  test.each([
    [{ rolle__value: 'leaf' }, 'DcimDevice has no filter rolle__value; did you mean role__value?'],
    [{ snmp_port__value: 'many' }, 'filter snmp_port__value: expected a value of type BigInt, found "many"'],
  ])('that cannot be are reported: %j', async (filter, message) => {
    await using infrahub = await startInfrahub();
    await using app = await startExporter(configFor(infrahub, devices([], { filters: [filter] })));
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect(record['err']).toContain(message);
  });
});

describe('13: names of queries', () => {
  test('do what they say: name, endpoint_path and stem all answer', async () => {
    await using infrahub = await startInfrahub();
    const file = queryFile(NAMES, 'switches.v2.gql');
    const query = { ...BY_NAME, name: 'net', endpoint_path: '/sd/by/site', file_path: file };
    await using app = await startExporter(configFor(infrahub, discovery(query)));
    await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets', { query: 'net' }) === 5);
    for (const path of ['net', 'by/site', 'switches']) expect((await fetch(`${app.url}/sd/${path}`)).status).toBe(200);
    expect((await fetch(`${app.url}/sd/other`)).status).toBe(404);
    expect(await (await fetch(`${app.url}/sd`)).text()).toContain('<a href="/sd/by/site">/sd/by/site</a>');
  });

  test('may not be those of another one', async () => {
    const query = { ...BY_NAME, file_path: queryFile(NAMES) };
    await expect(
      startExporter(configFor({ url: 'http://127.0.0.1:1', token: 'x' }, discovery(query, query))),
    ).rejects.toThrow('/sd/devices is what service_discovery.queries[0] answers already');
  });

  test('may share a stem where each has a name', async () => {
    await using infrahub = await startInfrahub();
    const query = { ...BY_NAME, file_path: queryFile(NAMES) };
    await using app = await startExporter(
      configFor(infrahub, discovery({ ...query, name: 'a' }, { ...query, name: 'b' })),
    );
    await app.scrapeUntil('both', (page) => page.value('infrahub_sd_targets', { query: 'b' }) === 5);
    expect((await fetch(`${app.url}/sd/devices`)).status).toBe(404);
  });
});

test('14: however many ask, Infrahub is asked once per interval', async () => {
  await using infrahub = await startInfrahub();
  const query = { ...BY_NAME, refresh_interval_seconds: 60, file_path: queryFile(NAMES) };
  await using app = await startExporter(configFor(infrahub, discovery(query)));
  await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets') === 5);
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${app.url}/sd/devices`)));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(infrahub.ledger.queriesOf('DcimDevice')).toHaveLength(1);
});

test('15: before the first reading there is a page, and an end within a moment', async () => {
  await using infrahub = await startInfrahub();
  infrahub.faults.always({ kind: 'hang' });
  const query = { ...BY_NAME, file_path: queryFile(NAMES) };
  const app = await startExporter(configFor(infrahub, { ...devices(), ...discovery(query) }));
  expect((await app.scrape()).lines(INFO)).toEqual([]);
  expect((await fetch(`${app.url}/-/ready`)).status).toBe(200);
  await infrahub.ledger.until(({ requests }) => requests.length >= 2);
  const startMs = performance.now();
  await app.stop();
  expect(performance.now() - startMs).toBeLessThan(1_500);
});

test('16: only the configured path has the metrics', async () => {
  await using infrahub = await startInfrahub();
  const exporters = { prometheus: { enabled: true, metrics_path: '/nodes' } };
  await using app = await startExporter(configFor(infrahub, { exporters, ...devices() }));
  expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
  expect(await (await fetch(`${app.url}/nodes`)).text()).toContain('infrahub_requests_total');
});

test('17: readiness, reload, and a token from a file that may change', async () => {
  await using infrahub = await startInfrahub();
  const { writeFileSync } = await import('node:fs');
  const token_file = queryFile('old-token\n', 'token');
  const infrahubSection = { address: infrahub.url, token_file };
  const config = { ...configFor(infrahub, devices()), infrahub: infrahubSection };
  await using app = await startExporter(config);
  await app.scrapeUntil(
    'a refusal',
    (page) => (page.value('infrahub_request_errors_total', { reason: 'auth' }) ?? 0) > 0,
  );
  writeFileSync(token_file, infrahub.token);
  await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  await app.reload({ ...config, ...devices(['role']) });
  const page = await app.scrapeUntil('other labels', (one) => one.lines(INFO)[0]?.labels['role'] === 'leaf');
  expect(page.lines(INFO)[0]?.labels).not.toHaveProperty('name');
  expect(page.value('infrahub_exporter_config_last_reload_successful')).toBe(1);
});

async function groupsOf(url: SimulatedInfrahub['url'], name: string) {
  return (await (await fetch(`${url}/sd/${name}`)).json()) as { targets: string[]; labels: Record<string, string> }[];
}
