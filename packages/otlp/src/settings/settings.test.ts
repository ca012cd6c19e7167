import { describe, expect, test } from 'vitest';
import { InvalidOtlpSettingError } from './invalid-setting.ts';
import { type OtlpSettings, resolveSettings } from './settings.ts';

const resolved = (settings: OtlpSettings, environment = {}) => resolveSettings(settings, environment);

describe('the endpoint', () => {
  test.each<[string, OtlpSettings, Record<string, string>, string]>([
    ['is on localhost', {}, {}, 'http://localhost:4317/'],
    ['has another port over HTTP', { protocol: 'http' }, {}, 'http://localhost:4318/v1/metrics'],
    ['gets the path of metrics', { protocol: 'http', endpoint: 'https://c/otlp/' }, {}, 'https://c/otlp/v1/metrics'],
    ['keeps that path', { protocol: 'http', endpoint: 'http://c/v1/metrics' }, {}, 'http://c/v1/metrics'],
    ['comes from the variable', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: ' http://v:1 ' }, 'http://v:1/'],
    ['of a setting wins', { endpoint: 'http://s:2' }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://v:1' }, 'http://s:2/'],
    [
      'for metrics alone wins, and keeps its path',
      { protocol: 'http' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://v:1', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m:3/in' },
      'http://m:3/in',
    ],
    ['without a scheme means TLS', { endpoint: 'c:4317' }, {}, 'https://c:4317/'],
    [
      'without a scheme may mean none',
      { endpoint: 'c:4317' },
      { OTEL_EXPORTER_OTLP_INSECURE: 'TRUE' },
      'http://c:4317/',
    ],
    [
      'is spoken to over TLS where that is asked for',
      { endpoint: 'http://c:1', tls: { enabled: true } },
      {},
      'https://c:1/',
    ],
  ])('%s', (_, settings, environment, url) => {
    expect(resolved(settings, environment).url.href).toBe(url);
  });

  test.each(['ftp://c', 'http://', ':', 'http://c:99999'])('%s is none', (endpoint) => {
    expect(() => resolved({ endpoint })).toThrow(InvalidOtlpSettingError);
  });
});

test('the program has defaults of its own, under settings and variables', () => {
  const defaults = {
    endpoints: { grpc: 'http://collector:4317', http: 'http://collector:4318' },
    protocol: 'http',
    intervalSeconds: 30,
    timeoutSeconds: 15,
  } as const;
  expect(resolveSettings({}, {}, defaults)).toMatchObject({ protocol: 'http', intervalMs: 30_000, timeoutMs: 15_000 });
  expect(resolveSettings({}, {}, defaults).url.href).toBe('http://collector:4318/v1/metrics');
  const environment = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_METRIC_EXPORT_INTERVAL: '5000' };
  expect(resolveSettings({ timeoutSeconds: 2 }, environment, defaults)).toMatchObject({
    protocol: 'grpc',
    intervalMs: 5000,
    timeoutMs: 2000,
  });
});

test('times, compression and files come from variables, those for metrics first', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
  };
  expect(resolved({}, environment)).toMatchObject({
    intervalMs: 60_000,
    timeoutMs: 2000,
    compression: 'gzip',
    tls: { caFile: '/ca.pem', certFile: '/cert.pem', keyFile: '/key.pem', verify: true },
  });
  expect(resolved({ compression: 'none', tls: { caFile: '/mine.pem', verify: false } }, environment)).toMatchObject({
    compression: 'none',
    tls: { caFile: '/mine.pem', verify: false },
  });
});

test.each([
  'COMPRESSION',
  'CERTIFICATE',
  'CLIENT_CERTIFICATE',
  'CLIENT_KEY',
  'TIMEOUT',
  'PROTOCOL',
  'INSECURE',
  'ENDPOINT',
])('OTEL_EXPORTER_OTLP_METRICS_%s wins over the one for all signals', (name) => {
  const [usual, other] = PAIRS[name] ?? ['/all.pem', '/metrics.pem'];
  const pair = { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/c.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/k.pem' };
  const base = { ...pair, ...(name === 'INSECURE' && { OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4317' }) };
  const forAll = { ...base, [`OTEL_EXPORTER_OTLP_${name}`]: usual };
  const forMetrics = { ...base, [`OTEL_EXPORTER_OTLP_METRICS_${name}`]: other };
  const both = { ...forAll, ...forMetrics, [`OTEL_EXPORTER_OTLP_${name}`]: usual };
  expect(resolved({}, both)).toEqual(resolved({}, forMetrics));
  expect(resolved({}, both)).not.toEqual(resolved({}, forAll));
});

/** Two values of a variable that both differ from its default. */
const PAIRS: Readonly<Record<string, readonly [string, string]>> = {
  COMPRESSION: ['gzip', 'none'],
  TIMEOUT: ['1000', '2000'],
  PROTOCOL: ['grpc', 'http/protobuf'],
  INSECURE: ['true', 'false'],
  ENDPOINT: ['http://all:1', 'http://metrics:2'],
};

test('one export may take as long as the interval, or as OTEL_METRIC_EXPORT_TIMEOUT says', () => {
  expect(resolved({ intervalSeconds: 5, timeoutSeconds: 7 }).exportTimeoutMs).toBe(7000);
  expect(resolved({ intervalSeconds: 50, timeoutSeconds: 7 }).exportTimeoutMs).toBe(50_000);
  expect(resolved({}, { OTEL_METRIC_EXPORT_TIMEOUT: '1500' }).exportTimeoutMs).toBe(1500);
});

test('headers add up, and names are the same in any case', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b=2;property, c=%3D%2C',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'B=3,broken,=x,d=%zz',
  };
  expect(resolved({ headers: { A: '9' } }, environment).headers).toEqual({ A: '9', B: '3', c: '=,', d: '%zz' });
});

test('numbers in variables that are none are as if they were not there', () => {
  const environment = { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon', OTEL_METRIC_EXPORT_INTERVAL: '-1' };
  expect(resolved({}, environment)).toMatchObject({ intervalMs: 60_000, timeoutMs: 10_000 });
});

test.each<OtlpSettings>([{ intervalSeconds: 0 }, { timeoutSeconds: -1 }, { tls: { certFile: '/cert.pem' } }])(
  '%o is refused',
  (settings) => {
    expect(() => resolved(settings)).toThrow(InvalidOtlpSettingError);
  },
);
