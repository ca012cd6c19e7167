import { startInfrahub } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';

const NOWHERE = { url: 'http://127.0.0.1:1', token: 'x' };
const INFO = 'infrahub_dcimdevice_info';
const KINDS = JSON.stringify([{ kind: 'DcimDevice', include: ['name'] }]);

describe('the environment', () => {
  test('is enough: every key has a variable, lists are JSON, the token may be in a file', async () => {
    await using infrahub = await startInfrahub();
    const { startApp } = await import('@device-exporters/exporter/testing');
    const { infrahubExporter } = await import('../src/app.ts');
    await using app = await startApp(infrahubExporter, {
      environment: {
        INFRAHUB_SIDECAR_INFRAHUB__ADDRESS: infrahub.url,
        INFRAHUB_SIDECAR_INFRAHUB__TOKEN_FILE: queryFile(infrahub.token, 'token'),
        INFRAHUB_SIDECAR_POLL_INTERVAL_SECONDS: '1',
        INFRAHUB_SIDECAR_EXPORTERS__PROMETHEUS__ENABLED: 'true',
        INFRAHUB_SIDECAR_METRICS__KIND: KINDS,
      },
    });
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  });

  test('wins over the file, lists as a whole', async () => {
    await using infrahub = await startInfrahub();
    const kind = [{ kind: 'DcimDevice', include: ['role'] }, { kind: 'BuiltinTag' }];
    const environment = { INFRAHUB_SIDECAR_INFRAHUB__TOKEN: infrahub.token, INFRAHUB_SIDECAR_METRICS__KIND: KINDS };
    await using app = await startExporter(
      configFor({ url: infrahub.url, token: 'wrong' }, { metrics: { kind } }),
      environment,
    );
    const page = await app.scrapeUntil('devices', (one) => one.lines(INFO).length === 5);
    expect(Object.keys(page.lines(INFO)[0]?.labels ?? {})).toEqual(['id', 'hfid', 'name']);
    expect(page.text).not.toContain('infrahub_builtintag_info');
  });

  test('may have a section as JSON, in any case, as with the original', async () => {
    await using infrahub = await startInfrahub();
    const environment = {
      infrahub_sidecar_infrahub: JSON.stringify({ token: infrahub.token, address: infrahub.url }),
      INFRAHUB_SIDECAR_METRICS: JSON.stringify({ kind: JSON.parse(KINDS) as unknown }),
    };
    await using app = await startExporter({ exporters: { prometheus: { enabled: true } } }, environment);
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  });

  test('is checked like the file', async () => {
    const environment = { INFRAHUB_SIDECAR_METRICS__KIND: '[{"kind":"DcimDevice","inclued":[]}]' };
    await expect(startExporter(configFor(NOWHERE), environment)).rejects.toThrow(
      'environment: INFRAHUB_SIDECAR_METRICS__KIND[0].inclued: unknown key; did you mean include?',
    );
    await expect(startExporter(configFor(NOWHERE), { INFRAHUB_SIDECAR_METRICS__KIND: 'DcimDevice' })).rejects.toThrow(
      'INFRAHUB_SIDECAR_METRICS__KIND: expected a list of sections as JSON',
    );
  });
});

describe('a configuration', () => {
  test.each([
    [{ infrahub: { address: 'http://x' } }, 'infrahub.token: is missing'],
    [{ infrahub: { token: ' ' } }, 'infrahub.token: is missing'],
    [{ infrahub: { token: 'x' }, webhook: { enabled: true, secret: '' } }, 'webhook.secret_file: is missing'],
    [{ infrahub: { token: 'x', username: 'u', password: 'p' } }, 'infrahub.username: there is a token as well'],
    [{ infrahub: { username: 'u' } }, 'infrahub.password: a username and a password belong together'],
    [{ infrahub: { token: 'x', tls: { cert_file: 'a' } } }, 'infrahub.tls.key_file'],
    [
      { infrahub: { token: 'x' }, exporters: { prometheus: { metrics_path: '/sd/x' } } },
      '/sd/x is something else already',
    ],
    [{ infrahub: { token: 'x' }, metrics: { kind: [{ kind: 'Dcim Device' }] } }, 'metrics.kind[0]: not a kind'],
    [
      { infrahub: { token: 'x' }, metrics: { kind: [{ kind: 'DcimDevice' }, { kind: 'DCIMDevice' }] } },
      'metrics.kind[1]: DCIMDevice and DcimDevice would both be infrahub_dcimdevice_info',
    ],
    [
      {
        infrahub: { token: 'x' },
        service_discovery: { enabled: true, queries: [{ file_path: 'a.gql', target_field: 'a..b' }] },
      },
      'service_discovery.queries[0].target_field: not a path: a..b',
    ],
  ])('is refused: %j', async (config, message) => {
    await expect(startExporter(config)).rejects.toThrow(message);
  });

  test('has every problem of its kinds told at once', async () => {
    const kind = [{ kind: 'A', include: ['id'] }, { kind: 'B' }, { kind: 'b' }, { kind: 'C', include: ['x', 'x'] }];
    const refused = startExporter(configFor(NOWHERE, { metrics: { kind } }));
    await expect(refused).rejects.toThrow(
      /kind\[0\]: include: id [\s\S]*kind\[2\]: b and B would [\s\S]*kind\[3\]: include: x is listed/,
    );
  });

  test('with ages that end before the next reading is taken, with a warning', async () => {
    const query = { file_path: 'x.gql', target_field: 'a', refresh_interval_seconds: 60, max_age_seconds: 30 };
    await using app = await startExporter(
      configFor(NOWHERE, {
        metrics: { max_age_seconds: 1, kind: [{ kind: 'DcimDevice' }] },
        service_discovery: { enabled: true, queries: [query, { ...query, name: 'long', max_age_seconds: 61 }] },
      }),
    );
    const told = app.records.filter(({ msg }) => String(msg).startsWith('max_age_seconds is not longer'));
    expect(told.map(({ what }) => what)).toEqual(['metrics', 'x']);
  });

  test('that is the example is valid', async () => {
    const { runProgram } = await import('@device-exporters/exporter/testing');
    const example = new URL('../config.example.yml', import.meta.url).pathname;
    const main = new URL('../src/main.ts', import.meta.url);
    const environment = { INFRAHUB_SIDECAR_INFRAHUB__TOKEN: 'x' };
    const { code, stdout } = await runProgram(main, ['--config.check', `--config.file=${example}`], environment);
    expect([code, stdout()]).toEqual([0, `${example}: the configuration is valid\n`]);
  });

  test('of the original keeps working', async () => {
    await using infrahub = await startInfrahub();
    const file = queryFile('query { DcimDevice { edges { node { id name { value } } } } }', 'device_query.gql');
    await using app = await startExporter({
      infrahub: { address: `${infrahub.url}/`, token: infrahub.token, branch: 'main' },
      poll_interval_seconds: 30,
      listen_address: '0.0.0.0',
      listen_port: 8001,
      log_level: 'INFO',
      exporters: {
        prometheus: { enabled: true, metrics_path: '/metrics' },
        otlp: { enabled: false, endpoint: 'http://otel-collector:4317', timeout_seconds: 10 },
      },
      service_discovery: {
        enabled: true,
        queries: [
          {
            name: 'devices',
            file_path: file,
            endpoint_path: 'devices',
            refresh_interval_seconds: 60,
            target_field: 'name.value',
            port_field: null,
            label_mappings: { hostname: 'name.value' },
          },
        ],
      },
      metrics: { kind: [{ kind: 'DcimDevice', include: ['name', 'location'], filters: [{ role__value: 'leaf' }] }] },
    });
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 3);
    const answer = await fetch(`${app.url}/sd/device_query`);
    expect(answer.headers.get('x-prometheus-refresh-interval-seconds')).toBe('60');
    expect(await answer.json()).toHaveLength(5);
    expect((await fetch(`${app.url}/`)).status).toBe(200);
  });

  test('without an exporter has its own metrics on the page, but no nodes', async () => {
    await using infrahub = await startInfrahub();
    const config = { ...configFor(infrahub, { metrics: { kind: [{ kind: 'DcimDevice' }] } }), exporters: {} };
    await using app = await startExporter(config);
    const page = await app.scrapeUntil('a reading', (one) => one.value('infrahub_nodes') === 5);
    expect(page.text).not.toContain(INFO);
    await app.logged('kinds are listed, but neither exporters.prometheus nor exporters.otlp is enabled');
  });
});

describe('a reload', () => {
  const query = { file_path: '', target_field: 'name.value' };
  const kinds = (...names: string[]) => ({ metrics: { kind: names.map((kind) => ({ kind })) } });

  test('leaves alone what has not changed, starts what is new, ends what is gone', async () => {
    await using infrahub = await startInfrahub();
    const file_path = queryFile('query { DcimDevice { edges { node { id name { value } } } } }');
    const service_discovery = { enabled: true, queries: [{ ...query, file_path }] };
    const configOf = (...names: string[]) => ({
      ...configFor(infrahub, { ...kinds(...names), service_discovery }),
      poll_interval_seconds: 60,
    });
    await using app = await startExporter(configOf('DcimDevice', 'BuiltinTag'));
    await app.scrapeUntil(
      'all',
      (page) => page.value('infrahub_sd_targets') === 5 && page.lines('infrahub_nodes').length === 2,
    );
    const before = infrahub.ledger.queriesOf('DcimDevice').length;
    await app.reload(configOf('DcimDevice', 'LocationBuilding'));
    expect((await fetch(`${app.url}/sd/devices`)).status).toBe(200);
    const page = await app.scrapeUntil('buildings', (one) => one.lines('infrahub_locationbuilding_info').length === 2);
    expect(page.lines(INFO)).toHaveLength(5);
    expect(page.text).not.toContain('infrahub_builtintag_info');
    expect(infrahub.ledger.queriesOf('DcimDevice')).toHaveLength(before);
  });

  test('notices another token', async () => {
    await using infrahub = await startInfrahub();
    const configOf = (token: string) => configFor({ url: infrahub.url, token }, kinds('DcimDevice'));
    await using app = await startExporter(configOf('wrong'));
    await app.scrapeUntil('a refusal', (page) => page.value('infrahub_up') === 0);
    await app.reload(configOf(infrahub.token));
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  });
});

test('a list that has not changed need not be sent again', async () => {
  await using infrahub = await startInfrahub();
  const file_path = queryFile('query { DcimDevice { edges { node { id name { value } } } } }');
  const service_discovery = { enabled: true, queries: [{ file_path, target_field: 'name.value' }] };
  await using app = await startExporter(configFor(infrahub, { service_discovery }));
  await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets') === 5);
  const first = await fetch(`${app.url}/sd/devices`);
  expect(first.headers.get('content-encoding')).toBe('gzip');
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await fetch(`${app.url}/sd/devices`, { headers })).status).toBe(304);
  const plain = await fetch(`${app.url}/sd/devices`, { headers: { 'accept-encoding': 'identity' } });
  expect(await plain.json()).toEqual(await first.json());
});
