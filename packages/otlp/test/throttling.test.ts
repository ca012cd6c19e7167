import { createFakeClock, createScaledClock } from '@device-exporters/retry/testing';
import { describe, expect, test, vi } from 'vitest';
import { declareOtlpMetrics } from '../src/index.ts';
import { gauges, outputTo, PATIENCE, RECEIVE, soon } from './support.ts';

/** RESOURCE_EXHAUSTED and 429. */
const TOO_MUCH = { grpc: 8, http: 429 } as const;

describe.each(['grpc', 'http'] as const)('over %s', (protocol) => {
  test('a collector that wants to be asked later is asked then, and not for less', async () => {
    await using receiver = await RECEIVE[protocol]();
    Object.assign(receiver.behaviour, { refuseWith: TOO_MUCH[protocol], retryAfterSeconds: 20 });
    const clock = createFakeClock();
    const settings = { protocol, intervalSeconds: 60, timeoutSeconds: 5 };
    using output = outputTo(receiver, { registry: gauges(200), settings, clock });
    const flushed = output.flush(soon());
    await vi.waitUntil(() => output.stats().errors.unavailable === 1, PATIENCE);
    receiver.behaviour.refuseWith = undefined;
    await clock.advance(19_000);
    expect(receiver.requests).toHaveLength(0);
    await clock.advance(1000);
    expect(await flushed).toBe(true);
    expect(receiver.requests.map(({ points }) => points.length)).toEqual([200]);
  });

  test('a collector that wants quiet for longer than an export lasts has it', async () => {
    await using receiver = await RECEIVE[protocol]();
    Object.assign(receiver.behaviour, { refuseWith: TOO_MUCH[protocol], retryAfterSeconds: 150 });
    const clock = createFakeClock();
    const settings = { protocol, intervalSeconds: 60, timeoutSeconds: 5 };
    using output = outputTo(receiver, { registry: gauges(1), settings, clock });
    const stop = new AbortController();
    const running = output.run(stop.signal);
    await clock.advance(5000);
    // Not waited out within the export.
    await vi.waitUntil(() => output.stats().exports === 1, PATIENCE);
    expect(output.stats().errors).toEqual({ unavailable: 1 });
    receiver.behaviour.refuseWith = undefined;
    await clock.advance(179_000);
    expect(output.stats().exports).toBe(1);
    await clock.advance(1000);
    await vi.waitUntil(() => output.stats().exports === 2, PATIENCE);
    expect(output.stats().isUp).toBe(true);
    stop.abort();
    await running;
  });

  test('a request is repeated four times at most, ever later', async () => {
    await using receiver = await RECEIVE[protocol]();
    receiver.behaviour.refuseWith = protocol === 'grpc' ? 14 : 503;
    const settings = { protocol, intervalSeconds: 3600, timeoutSeconds: 5 };
    using output = outputTo(receiver, { registry: gauges(1), settings, clock: createScaledClock(50) });
    expect(await output.flush(soon())).toBe(false);
    expect(output.stats().errors).toEqual({ unavailable: 4 });
  });

  test('points that are rejected in part are counted and told of, and are no failure', async () => {
    await using receiver = await RECEIVE[protocol]();
    receiver.behaviour.reject = { points: 3, message: 'too old' };
    const registry = gauges(10);
    const metrics = declareOtlpMetrics(registry, 'x_otlp');
    const warnings: unknown[] = [];
    const log = { info: () => undefined, warn: (data: object, message: string) => warnings.push([data, message]) };
    using output = outputTo(receiver, { registry, metrics, settings: { protocol }, log });
    expect(await output.flush(soon())).toBe(true);
    const exported = receiver.requests[0]?.points.length ?? 0;
    expect(output.stats()).toMatchObject({ isUp: true, pointsExported: exported - 3, pointsRejected: 3, errors: {} });
    expect(await registry.metrics()).toContain('\nx_otlp_points_rejected_total 3\n');
    await output.flush(soon());
    // Said once.
    expect(warnings).toEqual([
      [
        { endpoint: `127.0.0.1:${receiver.port}`, rejectedPoints: 3, reason: 'too old' },
        'the OpenTelemetry collector does not take all of an export as it is',
      ],
    ]);
    receiver.behaviour.reject = undefined;
    await output.flush(soon());
    expect(output.stats().pointsRejected).toBe(6);
  });

  test('a collector that refuses every size as too large gets requests of the usual size again', async () => {
    await using receiver = await RECEIVE[protocol]();
    receiver.behaviour.refuseWith = protocol === 'grpc' ? 8 : 413;
    using output = outputTo(receiver, { registry: gauges(1000), settings: { protocol } });
    expect(await output.flush(soon())).toBe(false);
    expect(output.stats().errors.too_large).toBeGreaterThan(1);
    receiver.behaviour.refuseWith = undefined;
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.requests.map(({ points }) => points.length)).toEqual([1000]);
  });
});
