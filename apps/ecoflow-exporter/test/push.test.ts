import { startApp, until } from '@device-exporters/exporter/testing';
import { pushTo, receiveGrpc, receiveHttp } from '@device-exporters/otlp/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startEcoflowCloud } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { ecoflowExporter } from '../src/app.ts';
import { configFor, DELTA_2, folderOfTest, follow, isRead, type Kind } from './following.ts';

const DEVICE = { device: DELTA_2.sn };

describe.each([
  ['grpc', receiveGrpc, 'rest'],
  ['http', receiveHttp, 'device'],
] as const)('a push over %s', (protocol, receive, kind: Kind) => {
  test('carries what devices say, in the interval and at the stop, without anybody scraping', async () => {
    await using collector = await receive();
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    const opentelemetry = pushTo(collector, { protocol, auth: { headers: { 'X-Scope': 'home' } } });
    await using app = await follow(cloud, kind, { opentelemetry });
    await until('the collector hears of it', () => collector.latest('ecoflow_total_input_power_watts', DEVICE));
    expect(collector.latest('ecoflow_total_input_power_watts', DEVICE)?.value).toBe(120);
    expect(collector.latest('ecoflow_pd_watts_in_sum', DEVICE)?.labels).toMatchObject({ device_name: 'Garage' });
    expect(collector.latest('ecoflow_exporter_build_info')?.value).toBe(1);
    expect(collector.requests[0]?.headers['x-scope']).toBe('home');
    expect(collector.requests[0]?.resource).toMatchObject({ 'service.name': 'ecoflow-exporter' });
    const told = await app.scrapeUntil('the export is counted', ({ value }) => value('ecoflow_otlp_up') === 1);
    expect(told.value('ecoflow_otlp_consecutive_failures')).toBe(0);

    // Nothing that was said is gone by the time of the last export.
    const { length } = collector.requests;
    await app.stop();
    expect(collector.requests.length).toBeGreaterThan(length);
    const last = collector.requests.at(-1)?.points.map(({ name }) => name);
    expect(last).toContain('ecoflow_total_input_power_watts');
  });
});

test('a collector that is away disturbs neither the page nor the stop', async () => {
  const collector = await receiveGrpc();
  await collector.stop();
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
  const opentelemetry = pushTo(collector, { timeout_seconds: 1 });
  await using app = await follow(cloud, 'rest', { opentelemetry }, createScaledClock(5));
  await isRead(app, DELTA_2.sn);
  const page = await app.scrapeUntil('exports fail', ({ value }) => value('ecoflow_otlp_up') === 0);
  expect(page.lines('ecoflow_online', DEVICE)).toHaveLength(1);
  expect(await app.logged('export to the OpenTelemetry collector failed')).toMatchObject({ level: 'WARN' });
});

test('variables alone switch it on, and without it there are no metrics of it', async () => {
  await using collector = await receiveGrpc();
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
  const environment = {
    HOME: folderOfTest(),
    ECOFLOW_OTLP_ENABLED: 'true',
    ECOFLOW_OTLP_INTERVAL: '1',
    'ECOFLOW_OTLP_AUTH_HEADER_X-Key': 'k',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
  };
  await using pushing = await startApp(ecoflowExporter, { config: configFor(cloud, 'rest'), environment });
  await using silent = await follow(cloud, 'rest');
  await until('a push', () => collector.requests.length > 0);
  expect(collector.requests[0]?.headers['x-key']).toBe('k');
  expect((await silent.scrape()).lines('ecoflow_otlp_exports_total')).toEqual([]);
  await pushing.stop();
});
