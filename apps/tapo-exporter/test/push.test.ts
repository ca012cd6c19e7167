import { until } from '@device-exporters/exporter/testing';
import { pushTo, receiveGrpc, receiveHttp } from '@device-exporters/otlp/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, configFor, isUp, startTapo } from './following.ts';

describe.each([
  ['grpc', receiveGrpc],
  ['http', receiveHttp],
] as const)('a push over %s', (protocol, receive) => {
  test('carries what devices say, in the interval and at the stop', async () => {
    await using collector = await receive();
    await using device = await startTplinkDevice({ model: 'hs110', moving: false });
    const opentelemetry = pushTo(collector, { protocol, auth: { headers: { 'X-Scope': 'home' } } });
    const clock = createScaledClock(5);
    await using app = await startTapo(configFor([device], {}, { opentelemetry }), { clock });
    const page = await isUp(app, device);
    const labels = { device_id: device.deviceId };
    await until('the collector hears of it', () => collector.latest('tapo_power_watts', labels));
    expect(collector.latest('tapo_power_watts', labels)?.value).toBe(page.value('tapo_power_watts', labels));
    expect(collector.latest('tapo_device_info', labels)?.labels['alias']).toBe(device.alias);
    expect(collector.latest('tapo_exporter_build_info')?.value).toBe(1);
    expect(collector.requests[0]?.headers['x-scope']).toBe('home');
    expect(collector.requests[0]?.resource).toMatchObject({ 'service.name': 'tapo-exporter' });
    const told = await app.scrapeUntil('the export is counted', ({ value }) => value('tapo_otlp_up') === 1);
    expect(told.value('tapo_otlp_consecutive_failures')).toBe(0);

    // Nothing that was read is gone by the time of the last export.
    const { length } = collector.requests;
    await app.stop();
    expect(collector.requests.length).toBeGreaterThan(length);
    const last = collector.requests.at(-1)?.points.map(({ name }) => name);
    expect(last).toContain('tapo_power_watts');
  });
});

test('devices that are read when somebody looks are read for a push', async () => {
  await using collector = await receiveGrpc();
  await using device = await startTplinkDevice({ model: 'hs110' });
  const tapo = { prometheus_options: { refresh_interval: null } };
  const config = configFor([device], tapo, { opentelemetry: pushTo(collector) });
  await using app = await startTapo(config, { clock: createScaledClock(5) });
  await until('the collector hears of it', () => collector.latest('tapo_power_watts', { device_id: device.deviceId }));
  await app.stop();
});

test('a collector that is away disturbs neither the page nor the stop', async () => {
  const collector = await receiveGrpc();
  await collector.stop();
  await using device = await startTplinkDevice({ model: 'hs110' });
  const config = configFor([device], {}, { opentelemetry: pushTo(collector, { timeout_seconds: 1 }) });
  await using app = await startTapo(config, { clock: createScaledClock(5) });
  await isUp(app, device);
  const page = await app.scrapeUntil('exports fail', ({ value }) => value('tapo_otlp_up') === 0);
  expect(page.value('tapo_device_up', { device_id: device.deviceId })).toBe(1);
  expect(await app.logged('export to the OpenTelemetry collector failed')).toMatchObject({ level: 'WARN' });
});

test('variables alone switch it on, and without it there are no metrics of it', async () => {
  await using collector = await receiveGrpc();
  await using device = await startTplinkDevice({ model: 'hs110' });
  const config = configFor([device]);
  const environment = {
    ...ACCOUNT,
    TAPO_OTLP_ENABLED: 'true',
    TAPO_OTLP_INTERVAL: '1',
    'TAPO_OTLP_AUTH_HEADER_X-Key': 'k',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
  };
  await using pushing = await startTapo(config, { environment });
  await using silent = await startTapo(config);
  await until('a push', () => collector.requests.length > 0);
  expect(collector.requests[0]?.headers['x-key']).toBe('k');
  expect(collector.requests[0]?.resource['deployment.environment.name']).toBe('lab');
  expect((await silent.scrape()).lines('tapo_otlp_exports_total')).toEqual([]);
  await pushing.stop();
});
