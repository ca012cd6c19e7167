import { createFakeClock, createScaledClock } from '@device-exporters/retry/testing';
import { describe, expect, test, vi } from 'vitest';
import { declareOtlpMetrics } from '../src/index.ts';
import { gauges, outputTo, PATIENCE, RECEIVE, soon } from './support.ts';

/** Statuses of gRPC and HTTP that say the same. */
const STATUS = {
  grpc: { unavailable: 14, unauthorized: 16, refused: 3 },
  http: { unavailable: 503, unauthorized: 401, refused: 400 },
} as const;

const sampleOf = async (registry: ReturnType<typeof gauges>, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);

describe.each(['grpc', 'http'] as const)('delivery over %s', (protocol) => {
  test('survives a collector that goes and comes back, and scrapes never notice', async () => {
    const receiver = await RECEIVE[protocol]();
    const registry = gauges(3);
    const metrics = declareOtlpMetrics(registry, 'x_otlp');
    const settings = { protocol, intervalSeconds: 1, timeoutSeconds: 1 };
    const stop = new AbortController();
    using output = outputTo(receiver, { registry, metrics, settings, clock: createScaledClock(10) });
    const running = output.run(stop.signal);
    await vi.waitUntil(() => output.stats().isUp === true && receiver.requests.length >= 2, PATIENCE);
    expect(await sampleOf(registry, 'x_otlp_up')).toBe(1);
    await receiver.stop();
    await vi.waitUntil(() => output.stats().consecutiveFailures >= 2, PATIENCE);
    expect(await sampleOf(registry, 'x_otlp_up')).toBe(0);
    expect(await sampleOf(registry, 'x_otlp_consecutive_failures')).toBeGreaterThanOrEqual(2);
    expect(await registry.metrics()).toContain('g{n="2"} 2\n');
    await using again = await RECEIVE[protocol]({ port: receiver.port });
    await vi.waitUntil(() => again.requests.length >= 1, PATIENCE);
    stop.abort();
    await running;
    expect(await sampleOf(registry, 'x_otlp_up')).toBe(1);
    expect(await sampleOf(registry, 'x_otlp_consecutive_failures')).toBe(0);
    expect(await registry.metrics()).toMatch(/x_otlp_export_errors_total\{reason="(unavailable|timeout)"\} [1-9]/);
  });

  test.each(['unavailable', 'unauthorized', 'refused'] as const)('counts what failed: %s', async (reason) => {
    await using receiver = await RECEIVE[protocol]();
    receiver.behaviour.refuseWith = STATUS[protocol][reason];
    using output = outputTo(receiver, { registry: gauges(1), settings: { protocol, timeoutSeconds: 5 } });
    const stop = new AbortController();
    stop.abort();
    await output.run(stop.signal);
    expect(output.stats()).toMatchObject({ isUp: false, consecutiveFailures: 1, errors: { [reason]: 1 } });
    expect(output.stats().lastSuccessTimestampSeconds).toBeUndefined();
  });

  test('gives up on a collector that does not answer, and is never at it twice', async () => {
    await using receiver = await RECEIVE[protocol]();
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.behaviour.hold = promise;
    using output = outputTo(receiver, { registry: gauges(1), settings: { protocol, timeoutSeconds: 0.2 } });
    const stop = new AbortController();
    stop.abort();
    await output.run(stop.signal);
    expect(output.stats()).toMatchObject({ isUp: false, errors: { timeout: 1 } });
    resolve();
  });

  test('sends one export after the other, however slow the collector', async () => {
    await using receiver = await RECEIVE[protocol]();
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.behaviour.hold = promise;
    using output = outputTo(receiver, { registry: gauges(1), settings: { protocol } });
    const exports = [output.flush(soon()), output.flush(soon()), output.flush(soon())];
    await vi.waitUntil(() => receiver.mostAtOnce === 1, PATIENCE);
    resolve();
    expect(await Promise.all(exports)).toEqual([true, true, true]);
    expect(receiver.mostAtOnce).toBe(1);
    expect(receiver.requests).toHaveLength(3);
  });

  test('exports once more at a stop, with the values of that moment', async () => {
    await using receiver = await RECEIVE[protocol]();
    const registry = gauges(1);
    const extra = registry.gauge({ name: 'last', help: 'The last.' }).series();
    const clock = createFakeClock();
    using output = outputTo(receiver, { registry, settings: { protocol, intervalSeconds: 3600 }, clock });
    const stop = new AbortController();
    const running = output.run(stop.signal);
    await clock.advance(4000);
    expect(receiver.requests).toHaveLength(0);
    extra.set(7);
    stop.abort();
    await running;
    const values = receiver.requests.map(({ points }) => points.find(({ name }) => name === 'last')?.value);
    expect(values).toEqual([7]);
    expect(clock.pending).toBe(0);
    expect(receiver.requests).toHaveLength(1);
  });

  test('does not hold up a stop for longer than its deadline', async () => {
    await using receiver = await RECEIVE[protocol]();
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.behaviour.hold = promise;
    const settings = { protocol, timeoutSeconds: 60 };
    using output = outputTo(receiver, { registry: gauges(1), settings, stopTimeoutMs: 200 });
    const stop = new AbortController();
    const flushing = output.flush(stop.signal);
    await vi.waitUntil(() => receiver.mostAtOnce === 1, PATIENCE);
    stop.abort();
    const startedMs = performance.now();
    await Promise.all([output.run(stop.signal), flushing]);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(output.stats()).toMatchObject({ isUp: false, errors: { timeout: 1 } });
    resolve();
  });
});

test('a stop does not wait out the pause before a repetition', async () => {
  await using receiver = await RECEIVE.grpc();
  receiver.behaviour.refuseWith = 14;
  const clock = createFakeClock();
  using output = outputTo(receiver, { registry: gauges(1), clock });
  const stop = new AbortController();
  const running = output.run(stop.signal);
  await clock.advance(5000);
  await vi.waitUntil(() => output.stats().errors.unavailable === 1, PATIENCE);
  receiver.behaviour.refuseWith = undefined;
  stop.abort();
  await running;
  expect(output.stats()).toMatchObject({ isUp: true, exports: 2, errors: { unavailable: 1 } });
  expect(receiver.requests).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('a first export comes soon, the next ones in the interval', async () => {
  await using receiver = await RECEIVE.http();
  const clock = createFakeClock();
  const settings = { protocol: 'http', intervalSeconds: 60 } as const;
  using output = outputTo(receiver, { registry: gauges(1), settings, clock });
  const stop = new AbortController();
  const running = output.run(stop.signal);
  await clock.advance(5000);
  await vi.waitUntil(() => output.stats().exports === 1, PATIENCE);
  await clock.advance(59_000);
  expect(output.stats().exports).toBe(1);
  await clock.advance(1000);
  await vi.waitUntil(() => output.stats().exports === 2, PATIENCE);
  stop.abort();
  await running;
  expect(receiver.requests).toHaveLength(3);
});

test('a failure is logged once, and so is its end', async () => {
  await using receiver = await RECEIVE.grpc();
  const said: unknown[] = [];
  const say =
    (level: string) =>
    (data: Readonly<Record<string, unknown>>, message: string): void => {
      said.push([level, data['reason'], message]);
    };
  const log = { info: say('info'), warn: say('warn') };
  using output = outputTo(receiver, { registry: gauges(1), log });
  receiver.behaviour.refuseWith = 16;
  await output.flush(soon());
  await output.flush(soon());
  receiver.behaviour.refuseWith = undefined;
  await output.flush(soon());
  await output.flush(soon());
  expect(said).toEqual([
    ['warn', 'unauthorized', 'export to the OpenTelemetry collector failed'],
    ['info', undefined, 'the OpenTelemetry collector takes exports again'],
  ]);
});

test('with OTEL_SDK_DISABLED nothing is pushed, and that is said', async () => {
  await using receiver = await RECEIVE.grpc();
  const said: string[] = [];
  const log = { info: (_: object, message: string) => said.push(message), warn: () => undefined };
  using output = outputTo(receiver, { registry: gauges(1), environment: { OTEL_SDK_DISABLED: 'true' }, log });
  await output.run(soon());
  expect(await output.flush(soon())).toBe(false);
  expect(output.stats().exports).toBe(0);
  expect(receiver.requests).toEqual([]);
  expect(said).toEqual(['nothing is pushed to an OpenTelemetry collector: OTEL_SDK_DISABLED is true']);
});

describe('what is put together before an export', () => {
  test('is in it', async () => {
    await using receiver = await RECEIVE.grpc();
    const registry = gauges(1);
    const late = registry.gauge({ name: 'late', help: 'Late.' }).series();
    using output = outputTo(receiver, { registry, beforeExport: async () => late.set(3) });
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.latest('late')?.value).toBe(3);
  });

  test.each([
    ['fails', () => Promise.reject(new Error('no'))],
    ['never comes', () => new Promise<void>(() => undefined)],
  ])('costs a warning when it %s, and the rest goes out', async (_, beforeExport) => {
    await using receiver = await RECEIVE.grpc();
    const said: string[] = [];
    const log = { info: () => undefined, warn: (_: object, message: string) => said.push(message) };
    const settings = { timeoutSeconds: 1 };
    const clock = createScaledClock(10);
    using output = outputTo(receiver, { registry: gauges(1), settings, beforeExport, log, clock });
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.latest('g')?.value).toBe(0);
    expect(said).toEqual(['values of this moment cannot be had for an export']);
  });
});
