import { SeriesRegistry } from '@device-exporters/metrics';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { createOtlpOutput, type OtlpProtocol } from '../src/index.ts';
import { type Receiver, type ReceiverOptions, receiveGrpc, receiveHttp } from './receiver.ts';

const RECEIVE: Readonly<Record<OtlpProtocol, (options?: ReceiverOptions) => Promise<Receiver>>> = {
  grpc: receiveGrpc,
  http: receiveHttp,
};
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

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
    const output = createOtlpOutput({
      registry,
      settings: { endpoint: `http://127.0.0.1:${receiver.port}`, protocol },
      serviceName: 'test-exporter',
      version: '1.2.3',
      instanceId: 'here',
      clock,
    });
    await clock.advance(1000);
    expect(await output.flush(soon())).toBe(true);
    output.close();
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
});
