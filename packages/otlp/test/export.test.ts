import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { SeriesRegistry } from '@device-exporters/metrics';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { gauges, outputTo, RECEIVE, soon } from './support.ts';

describe.each(['grpc', 'http'] as const)('an export over %s', (protocol) => {
  test('carries names, labels, values and times of all series', async () => {
    await using receiver = await RECEIVE[protocol]();
    const clock = createFakeClock();
    const startMs = clock.now();
    const registry = new SeriesRegistry();
    const power = registry.gauge({ name: 'power_watts', help: 'Power, in watts.', labels: ['device', 'room'] });
    const errors = registry.counter({ name: 'errors_total', help: 'Errors.' });
    const group = registry.group();
    group.series(power, { device: 'Lämp "1"', room: '' }).set(12.5);
    group.touch(startMs + 250);
    errors.series().add(3);
    using output = outputTo(receiver, { registry, settings: { protocol }, clock });
    await clock.advance(1000);
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.requests.flatMap(({ points }) => points)).toEqual([
      {
        name: 'power_watts',
        description: 'Power, in watts.',
        kind: 'gauge',
        isMonotonic: undefined,
        temporality: undefined,
        labels: { device: 'Lämp "1"', room: '' },
        value: 12.5,
        startMs: 0,
        timeMs: startMs + 250,
      },
      {
        name: 'errors_total',
        description: 'Errors.',
        kind: 'sum',
        isMonotonic: true,
        temporality: 2,
        labels: {},
        value: 3,
        startMs,
        timeMs: startMs + 1000,
      },
    ]);
    expect(receiver.requests[0]?.resource).toEqual({
      'service.name': 'test-exporter',
      'service.version': '1.2.3',
      'service.instance.id': 'here',
    });
  });

  test('has no series that has vanished, and all of many', async () => {
    await using receiver = await RECEIVE[protocol]();
    const registry = new SeriesRegistry();
    const family = registry.gauge({ name: 'g', help: 'Numbers.', labels: ['n'] });
    const [staying, leaving] = [registry.group(), registry.group()];
    for (let n = 0; n < 3000; n++) staying.series(family, { n: String(n) }).set(n);
    leaving.series(family, { n: 'gone' }).set(1);
    using output = outputTo(receiver, { registry, settings: { protocol } });
    const exported = async (): Promise<readonly (string | undefined)[]> => {
      expect(await output.flush(soon())).toBe(true);
      return receiver.requests.splice(0).flatMap(({ points }) => points.map(({ labels }) => labels['n']));
    };
    const before = await exported();
    registry.removeGroup(leaving);
    const after = await exported();
    expect([before.length, new Set(before).size, before.includes('gone')]).toEqual([3001, 3001, true]);
    expect([after.length, new Set(after).size, after.includes('gone')]).toEqual([3000, 3000, false]);
  });

  test('carries headers, and compressed content', async () => {
    await using receiver = await RECEIVE[protocol]();
    const settings = {
      protocol,
      headers: { 'X-Scope': 'home', Authorization: 'Bearer t' },
      compression: 'gzip',
    } as const;
    using output = outputTo(receiver, { registry: gauges(1), settings });
    expect(await output.flush(soon())).toBe(true);
    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({ 'x-scope': 'home', authorization: 'Bearer t' });
    // The server of gRPC unpacks before anybody sees it: below.
    if (protocol === 'http') expect(request?.headers['content-encoding']).toBe('gzip');
    expect(request?.points.map(({ value }) => value)).toEqual([0]);
  });

  test('takes the standard variables where settings say nothing', async () => {
    await using receiver = await RECEIVE[protocol]();
    const environment = {
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol === 'grpc' ? 'grpc' : 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1,x-b=b%20b',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab,service.name=other,service.instance.id=i7',
      OTEL_SERVICE_NAME: 'renamed',
    };
    const settings = { endpoint: undefined, headers: { 'X-A': '2' } };
    using output = outputTo(receiver, { registry: gauges(1), settings, environment });
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.requests[0]?.headers).toMatchObject({ 'x-a': '2', 'x-b': 'b b' });
    expect(receiver.requests[0]?.resource).toEqual({
      'service.name': 'renamed',
      'service.version': '1.2.3',
      'service.instance.id': 'i7',
      'deployment.environment.name': 'lab',
    });
  });

  test('is split below what collectors take', async () => {
    await using receiver = await RECEIVE[protocol]();
    // 20 MB of labels, in letters of two bytes.
    const registry = gauges(4000, (n) => `${n}${'ä'.repeat(2500)}`);
    using output = outputTo(receiver, { registry, settings: { protocol } });
    expect(await output.flush(soon())).toBe(true);
    expect(Math.max(...receiver.requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(3_500_000);
    const values = receiver.requests.flatMap(({ points }) => points.map(({ value }) => value));
    expect(values).toEqual(Array.from({ length: 4000 }, (_, n) => n));
    expect(receiver.requests.length).toBeLessThan(10);
  });

  test('comes in smaller pieces to a collector that takes less', async () => {
    await using receiver = await RECEIVE[protocol]();
    receiver.behaviour.maxBytes = 20_000;
    using output = outputTo(receiver, { registry: gauges(4000), settings: { protocol } });
    expect(await output.flush(soon())).toBe(true);
    expect(new Set(receiver.requests.flatMap(({ points }) => points.map(({ value }) => value))).size).toBe(4000);
    const refused = output.stats().errors.too_large ?? 0;
    expect(refused).toBeGreaterThan(0);
    // Remembered.
    await output.flush(soon());
    expect(output.stats().errors).toEqual({ too_large: refused });
  });
});

test('over gRPC too, content is compressed on the wire', async () => {
  const server = createServer();
  const said = new Promise<readonly [unknown, number | undefined]>((resolve) => {
    server.on('stream', (stream, headers) => {
      // The first byte of a message says whether it is compressed.
      stream.once('data', (chunk: Buffer) => {
        resolve([headers['grpc-encoding'], chunk[0]]);
        stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '3' }, { endStream: true });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  using output = outputTo({ port }, { registry: gauges(1), settings: { compression: 'gzip' } });
  expect(await output.flush(soon())).toBe(false);
  expect(await said).toEqual(['gzip', 1]);
  output.close();
  server.close();
});

test('a counter that begins later, or anew, counts since the export before', async () => {
  await using receiver = await RECEIVE.grpc();
  const clock = createFakeClock();
  const startMs = clock.now();
  const registry = new SeriesRegistry();
  const family = registry.counter({ name: 'c_total', help: 'Events.', labels: ['n'] });
  const old = family.series({ n: 'old' });
  old.set(5);
  using output = outputTo(receiver, { registry, clock });
  const starts = async (): Promise<(number | undefined)[]> => {
    await clock.advance(1000);
    expect(await output.flush(soon())).toBe(true);
    return receiver.requests.at(-1)?.points.map((point) => point.startMs - startMs) ?? [];
  };
  expect(await starts()).toEqual([0]);
  family.series({ n: 'new' }).set(1);
  expect(await starts()).toEqual([0, 1000]);
  old.set(2);
  expect(await starts()).toEqual([2000, 1000]);
  expect(await starts()).toEqual([2000, 1000]);
});
