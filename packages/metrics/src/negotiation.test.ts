import { describe, expect, test } from 'vitest';
import { acceptsGzip, negotiateFormat } from './negotiation.ts';

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const PROTOBUF_FIRST =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;version=0.0.4;q=0.3';

describe('the format', () => {
  test.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['text/*', 'text'],
    ['text/plain', 'text'],
    ['text/html, image/png', 'text'],
    [PROMETHEUS_2, 'openmetrics'],
    [PROMETHEUS_3, 'openmetrics'],
    [PROTOBUF_FIRST, 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
    ['application/openmetrics-text; version=2.0.0', 'text'],
    ['application/openmetrics-text; version=2.0.0, application/openmetrics-text; version=1.0.0; q=0.1', 'openmetrics'],
    ['text/plain;q=1, application/openmetrics-text;q=0.5', 'text'],
    ['text/plain;q=0.4, application/openmetrics-text;q=0.5', 'openmetrics'],
    ['application/openmetrics-text;q=0, */*;q=0.1', 'text'],
    ['application/openmetrics-text;q=0', 'text'],
    ['text/plain;q=0, application/openmetrics-text;q=0.1', 'openmetrics'],
    ['text/plain;q=0', 'openmetrics'],
    ['text/plain;q=0, application/openmetrics-text;q=0', 'text'],
    ['application/openmetrics-text;q=much, text/plain;q=0.1', 'text'],
    [`${' '.repeat(100_000)},;;=;q`, 'text'],
  ] as const)('for %j is %s', (accept, format) => expect(negotiateFormat(accept)).toBe(format));
});

describe('gzip', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['gzip;q=0', false],
    ['*', true],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['gzip;q=0.5, identity', false],
    ['x-gzip', true],
    ['br', false],
  ] as const)('for %j is %s', (header, accepted) => expect(acceptsGzip(header)).toBe(accepted));
});
