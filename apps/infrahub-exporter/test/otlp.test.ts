import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, until } from '@device-exporters/exporter/testing';
import { type Receiver, receiveGrpc, receiveHttp } from '@device-exporters/otlp/testing';
import { type SimulatedInfrahub, startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, folderOfTest, startExporter } from './exporting.ts';

const KIND = { kind: 'DcimDevice', include: ['name', 'role'] };
const METRIC = 'infrahub_dcimdevice_info';

/** A configuration whose nodes go to this collector alone, every second. */
function pushing(infrahub: SimulatedInfrahub, otlp: object): object {
  return configFor(infrahub, {
    exporters: { otlp: { enabled: true, interval_seconds: 1, ...otlp } },
    metrics: { kind: [KIND] },
  });
}

/** Names of the nodes in the latest request. */
function namesAt({ requests }: Receiver): (string | undefined)[] {
  return requests.at(-1)?.points.map(({ labels }) => labels['name']) ?? [];
}

test('a node that is gone from Infrahub is gone from the next export', async () => {
  await using infrahub = await startInfrahub();
  await using collector = await receiveGrpc();
  await using app = await startExporter(pushing(infrahub, { endpoint: `127.0.0.1:${collector.port}` }));
  await until('all nodes have come', () => namesAt(collector).length === 5);
  const gone = collector.latest(METRIC, { name: 'ams1-leaf01' })?.labels['id'] ?? '';
  infrahub.branch().remove([gone]);
  await until('one is gone', () => namesAt(collector).length === 4);
  expect(namesAt(collector)).not.toContain('ams1-leaf01');
  await app.stop();
});

test('at a stop the nodes are sent once more', async () => {
  await using infrahub = await startInfrahub();
  await using collector = await receiveGrpc();
  const config = pushing(infrahub, { endpoint: `127.0.0.1:${collector.port}`, interval_seconds: 3600 });
  await using app = await startExporter(config);
  await app.scrapeUntil('nodes are read', ({ value }) => value('infrahub_nodes', { kind: 'DcimDevice' }) === 5);
  expect(collector.requests).toEqual([]);
  await app.stop();
  expect(collector.requests).toHaveLength(1);
  expect(namesAt(collector)).toHaveLength(5);
});

test('the standard variables count for what is left at its default', async () => {
  await using infrahub = await startInfrahub();
  await using collector = await receiveHttp();
  const config = configFor(infrahub, { exporters: { otlp: { enabled: true } }, metrics: { kind: [KIND] } });
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-scope=home',
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    OTEL_SERVICE_NAME: 'inventory',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
  };
  await using app = await startExporter(config, environment);
  await until(
    'exports come one after the other',
    () => collector.requests.length >= 3 && namesAt(collector).length === 5,
  );
  expect(collector.requests[0]?.headers).toMatchObject({ 'x-scope': 'home', 'content-encoding': 'gzip' });
  expect(collector.requests[0]?.resource).toMatchObject({
    'service.name': 'inventory',
    'deployment.environment.name': 'lab',
  });
  expect(collector.latest(METRIC, { name: 'ams1-leaf01' })?.kind).toBe('gauge');
  await app.stop();
});

test('a reload ends it, and what is told of it', async () => {
  await using infrahub = await startInfrahub();
  await using collector = await receiveGrpc();
  await using app = await startExporter(pushing(infrahub, { endpoint: `127.0.0.1:${collector.port}` }));
  await app.scrapeUntil('it is up', ({ value }) => value('infrahub_otlp_up') === 1);
  await app.reload(pushing(infrahub, { enabled: false }));
  const { length } = collector.requests;
  const page = await app.scrape();
  expect(page.lines('infrahub_otlp_up')).toEqual([]);
  await app.stop();
  expect(collector.requests).toHaveLength(length);
});

test('what cannot work is found by --config.check', async () => {
  const file = join(folderOfTest(), 'config.yml');
  const main = new URL('../src/main.ts', import.meta.url);
  const check = async (otlp: object): Promise<string> => {
    writeFileSync(file, JSON.stringify({ infrahub: { token: 't' }, exporters: { otlp } }));
    return (await runProgram(main, ['--config.check', '-c', file])).stderr();
  };
  const wrong = { endpoint: 'http://collector:99999', tls: { cert_file: '/nowhere/client.pem' } };
  const said = await check({ enabled: true, ...wrong });
  expect(said).toContain('exporters.otlp.endpoint: expected an address');
  expect(said).toContain('exporters.otlp.tls.key_file: a client certificate and its key belong together');
  expect(said).toContain('exporters.otlp.tls: there is no file /nowhere/client.pem');
  expect(await check({ enabled: false, ...wrong })).toBe('');
});
