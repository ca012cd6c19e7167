import { startApp, until } from '@device-exporters/exporter/testing';
import { pushTo, receiveGrpc, receiveHttp } from '@device-exporters/otlp/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startCarbonSink, startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { kasaGraphite } from '../src/app.ts';
import { configFor, folderOfTest, startBridge } from './bridging.ts';

describe.each([
  ['grpc', receiveGrpc],
  ['http', receiveHttp],
] as const)('a push over %s', (protocol, receive) => {
  test('carries what plugs say and how the bridge fares, in the interval and at the stop', async () => {
    await using collector = await receive();
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', moving: false, alias: 'Lamp' });
    plug.setValue('emeter.get_realtime', { power: 42.5, voltage: 230.1, current: 0.2, total: 1.25, err_code: 0 });
    const opentelemetry = pushTo(collector, { protocol, auth: { headers: { 'X-Scope': 'home' } } });
    await using app = await startBridge(configFor([plug], carbon, { opentelemetry }), createScaledClock(5));
    const lamp = { device: 'lamp' };
    await until('the collector hears of it', () => collector.latest('kasa_power_watts', lamp));
    expect(collector.latest('kasa_power_watts', lamp)?.value).toBe(42.5);
    expect(collector.latest('kasa_energy_wh_total', lamp)).toMatchObject({ kind: 'sum', value: 1_250 });
    expect(collector.latest('kasa_graphite_device_up', lamp)?.value).toBe(1);
    expect(collector.requests[0]?.headers['x-scope']).toBe('home');
    expect(collector.requests[0]?.resource).toMatchObject({ 'service.name': 'kasa-graphite' });
    const page = await app.scrapeUntil('the export is counted', ({ value }) => value('kasa_graphite_otlp_up') === 1);
    expect(page.value('kasa_graphite_otlp_consecutive_failures')).toBe(0);
    // On the page there is what there always was.
    expect(page.lines('kasa_power_watts')).toEqual([]);

    const { length } = collector.requests;
    await app.stop();
    expect(collector.requests.length).toBeGreaterThan(length);
    const last = collector.requests.at(-1)?.points.map(({ name }) => name);
    expect(last).toContain('kasa_power_watts');
  });
});

test('a collector that is away disturbs neither the page, nor Graphite, nor the stop', async () => {
  const collector = await receiveGrpc();
  await collector.stop();
  await using carbon = await startCarbonSink();
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Lamp' });
  const opentelemetry = pushTo(collector, { timeout_seconds: 1 });
  await using app = await startBridge(configFor([plug], carbon, { opentelemetry }), createScaledClock(5));
  await app.scrapeUntil('exports fail', ({ value }) => value('kasa_graphite_otlp_up') === 0);
  expect(await app.logged('export to the OpenTelemetry collector failed')).toMatchObject({ level: 'WARN' });
  const { length } = carbon.ledger.points;
  await carbon.ledger.until(({ points }) => points.length > length);
});

test('variables alone switch it on, and a reload off; without it there are no metrics of it', async () => {
  await using collector = await receiveGrpc();
  await using carbon = await startCarbonSink();
  await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Lamp' });
  const environment = {
    HOME: folderOfTest(),
    KASA_OTLP_INTERVAL: '1',
    'KASA_OTLP_AUTH_HEADER_X-Key': 'k',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
  };
  const config = configFor([plug], carbon);
  await using app = await startApp(kasaGraphite, { config, environment });
  expect((await app.scrape()).lines('kasa_graphite_otlp_exports_total')).toEqual([]);
  await app.reload({ ...config, opentelemetry: { enabled: true } });
  await until('plugs are pushed', () => collector.latest('kasa_power_watts', { device: 'lamp' }));
  expect(collector.requests[0]?.headers['x-key']).toBe('k');
  await app.reload(config);
  await app.scrapeUntil('it is off', ({ lines }) => lines('kasa_graphite_otlp_up').length === 0);
  await app.stop();
});
