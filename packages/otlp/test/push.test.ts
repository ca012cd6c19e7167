import { systemClock } from '@device-exporters/retry';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createOtlpPush,
  declareOtlpMetrics,
  type OtlpPushOptions,
  type OtlpSectionConfig,
  otlpSection,
  problemsOfOtlpSection,
} from '../src/index.ts';
import { type Receiver, receiveGrpc, receiveHttp } from '../src/testing/index.ts';
import { gauges, PATIENCE } from './support.ts';

const OFF: OtlpSectionConfig = {
  enabled: false,
  endpoint: 'http://collector:4317',
  protocol: 'grpc',
  interval_seconds: 30,
  timeout_seconds: 15,
  tls: { enabled: false, cert_path: null },
  auth: { headers: {} },
};

function to({ port }: Receiver, more: Partial<OtlpSectionConfig> = {}): OtlpSectionConfig {
  return { ...OFF, enabled: true, endpoint: `http://127.0.0.1:${port}`, interval_seconds: 1, ...more };
}

/** A push with what it logs, ended with the test. */
function start(options: Partial<OtlpPushOptions> = {}) {
  const registry = gauges(1);
  const errors: unknown[] = [];
  const silent = (): void => undefined;
  const stop = new AbortController();
  const declareMetrics = vi.fn(() => declareOtlpMetrics(registry, 'x_otlp'));
  const push = createOtlpPush({
    registry,
    serviceName: 'x',
    version: '1',
    environment: {},
    declareMetrics,
    clock: systemClock,
    log: { info: silent, warn: silent, error: (_, message) => errors.push(message) },
    signal: stop.signal,
    ...options,
  });
  onTestFinished(async () => {
    stop.abort();
    await push.finished;
  });
  return { push, stop, errors, declareMetrics };
}

describe('a push', () => {
  test('that is switched off declares nothing and ends at once', async () => {
    const { push, stop, declareMetrics } = start();
    push.apply(OFF);
    stop.abort();
    await push.finished;
    expect(declareMetrics).not.toHaveBeenCalled();
  });

  test('whose configuration stays goes on undisturbed, and goes elsewhere when that changes', async () => {
    await using first = await receiveGrpc();
    await using second = await receiveHttp();
    const { push, declareMetrics } = start();
    push.apply(to(first));
    await vi.waitUntil(() => first.requests.length > 0, PATIENCE);
    const before = push.finished;
    push.apply(structuredClone(to(first)));
    expect(push.finished).toBe(before);
    push.apply(to(second, { protocol: 'http' }));
    await vi.waitUntil(() => second.requests.length > 0, PATIENCE);
    expect(declareMetrics).toHaveBeenCalledTimes(1);
  });

  test('leaves to the standard variables what is at its default, and only that', async () => {
    await using receiver = await receiveHttp();
    const environment = {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${receiver.port}/in`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    };
    const { push } = start({ environment });
    push.apply({ ...OFF, enabled: true });
    await vi.waitUntil(() => receiver.requests.length > 2, PATIENCE);
    expect(receiver.requests[0]?.headers[':path']).toBe('/in');
    await using chosen = await receiveHttp();
    push.apply(to(chosen));
    await vi.waitUntil(() => chosen.requests.length > 0, PATIENCE);
    expect(chosen.requests[0]?.headers[':path']).toBe('/v1/metrics');
  });

  test('that a variable makes impossible is told of, and the program goes on', async () => {
    const { push, errors, stop } = start({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://collector' } });
    push.apply({ ...OFF, enabled: true });
    await vi.waitUntil(() => errors.length > 0, PATIENCE);
    expect(errors).toEqual(['nothing is pushed to the OpenTelemetry collector']);
    stop.abort();
    await push.finished;
  });
});

test('a CA file that is not there is a problem of a push that is switched on', () => {
  const config = { ...OFF, tls: { enabled: true, cert_path: '/nowhere/ca.pem' } };
  expect(problemsOfOtlpSection(config)).toEqual([]);
  const problem = { source: '', key: 'opentelemetry.tls.cert_path', message: 'there is no CA file /nowhere/ca.pem' };
  expect(problemsOfOtlpSection({ ...config, enabled: true })).toEqual([problem]);
  const here = { enabled: true, cert_path: import.meta.filename };
  expect(problemsOfOtlpSection({ ...config, enabled: true, tls: here })).toEqual([]);
});

test('every setting has a variable of the app', () => {
  const variables = JSON.stringify(otlpSection('KASA')).match(/(?<="env(Prefix)?":")[A-Z_]+/g);
  expect(variables).toEqual([
    'KASA_OTLP_ENABLED',
    'KASA_OTLP_ENDPOINT',
    'KASA_OTLP_PROTOCOL',
    'KASA_OTLP_INTERVAL',
    'KASA_OTLP_TIMEOUT',
    'KASA_OTLP_TLS_ENABLED',
    'KASA_OTLP_TLS_CERT_PATH',
    'KASA_OTLP_AUTH_HEADER_',
  ]);
});
