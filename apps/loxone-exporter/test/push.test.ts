import { startApp, until } from '@device-exporters/exporter/testing';
import { pushTo, type Receiver, receiveGrpc, receiveHttp } from '@device-exporters/otlp/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { loxoneExporter } from '../src/app.ts';
import { connected, entryOf, follow } from './followed.ts';

/** What a collector last heard of the outdoor temperature. */
function temperatureAt(collector: Receiver): number | undefined {
  return collector.latest('loxone_control_value', { name: 'Outdoor Temperature', subcontrol: 'value' })?.value;
}

describe.each([
  ['grpc', receiveGrpc],
  ['http', receiveHttp],
] as const)('a push over %s', (protocol, receive) => {
  test('carries what the house does, in the interval and at the stop', async () => {
    await using collector = await receive();
    const opentelemetry = pushTo(collector, { protocol, auth: { headers: { 'X-Scope': 'home' } } });
    await using followed = await follow({ config: { opentelemetry }, clock: createScaledClock(5) });
    const { app, miniserver } = followed;
    await connected(app);
    const state = miniserver.house.stateUuid('Outdoor Temperature', 'value');
    await miniserver.setValue(state, 11.5);
    await until('the collector hears of 11.5', () => temperatureAt(collector) === 11.5);
    const page = await app.scrapeUntil('the export is counted', ({ value }) => value('loxone_otlp_up') === 1);
    expect(page.value('loxone_otlp_consecutive_failures')).toBe(0);
    const pushed = new Set(collector.requests.at(-1)?.points.map(({ name }) => name));
    const scraped = page.lines('loxone_control_value').length;
    expect(collector.requests.at(-1)?.points.filter(({ name }) => name === 'loxone_control_value')).toHaveLength(
      scraped,
    );
    expect([...pushed]).toEqual(expect.arrayContaining(['loxone_exporter_connected', 'process_resident_memory_bytes']));
    expect(collector.requests[0]?.headers['x-scope']).toBe('home');
    expect(collector.requests[0]?.resource['service.name']).toBe('loxone-exporter');

    await miniserver.setValue(state, 12.5);
    await app.scrapeUntil('it is 12.5', ({ value }) => {
      return value('loxone_control_value', { name: 'Outdoor Temperature', subcontrol: 'value' }) === 12.5;
    });
    await app.stop();
    expect(temperatureAt(collector)).toBe(12.5);
  });
});

test('a collector that is away disturbs neither the page nor the stop', async () => {
  const collector = await receiveGrpc();
  await collector.stop();
  const config = { opentelemetry: pushTo(collector, { timeout_seconds: 1 }) };
  await using followed = await follow({ config, clock: createScaledClock(5) });
  await connected(followed.app);
  const page = await followed.app.scrapeUntil('exports fail', ({ value }) => value('loxone_otlp_up') === 0);
  expect(page.value('loxone_otlp_consecutive_failures')).toBeGreaterThan(0);
  expect(page.lines('loxone_control_value').length).toBeGreaterThan(0);
  expect(await followed.app.logged('export to the OpenTelemetry collector failed')).toMatchObject({ level: 'WARN' });
});

test('variables alone switch it on, and name headers', async () => {
  await using collector = await receiveGrpc();
  await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
  const environment = {
    LOXONE_OTLP_ENABLED: 'true',
    LOXONE_OTLP_INTERVAL: '1',
    'LOXONE_OTLP_AUTH_HEADER_X-Key': 'k',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
  };
  await using app = await startApp(loxoneExporter, { config: { miniservers: [entryOf(miniserver)] }, environment });
  await until('a push', () => collector.requests.length > 0);
  expect(collector.requests[0]?.headers['x-key']).toBe('k');
  await app.stop();
});

test('without it there are no metrics of it, and a reload switches it on and off', async () => {
  await using collector = await receiveHttp();
  await using followed = await follow();
  const { app, miniserver } = followed;
  const page = await connected(app);
  expect(page.lines('loxone_otlp_exports_total')).toEqual([]);
  const config = { miniservers: [entryOf(miniserver)] };
  await app.reload({ ...config, opentelemetry: pushTo(collector, { protocol: 'http' }) });
  await until('a push', () => collector.requests.length > 0);
  await app.reload(config);
  // The last export of the push that ends.
  await app.scrapeUntil('it is off', ({ lines }) => lines('loxone_otlp_up').length === 0);
  const { length } = collector.requests;
  await app.stop();
  expect(collector.requests).toHaveLength(length);
});
