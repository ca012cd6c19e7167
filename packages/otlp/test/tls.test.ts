import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OtlpTlsSettings } from '../src/index.ts';
import { AUTHORITY, CLIENT, OTHER_AUTHORITY, SERVER } from './certificates.ts';
import { gauges, outputTo, RECEIVE, soon } from './support.ts';

let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otlp-tls-'));
  writeFileSync(file('ca.pem'), AUTHORITY);
  writeFileSync(file('other.pem'), OTHER_AUTHORITY);
  writeFileSync(file('cert.pem'), CLIENT.cert);
  writeFileSync(file('key.pem'), CLIENT.key);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['grpc', 'http'] as const)('TLS over %s', (protocol) => {
  async function attempt(tls: OtlpTlsSettings, clientCa?: string) {
    await using receiver = await RECEIVE[protocol]({ tls: { ...SERVER, ...(clientCa && { clientCa }) } });
    const endpoint = `https://127.0.0.1:${receiver.port}`;
    using output = outputTo(receiver, {
      registry: gauges(1),
      settings: { endpoint, protocol, timeoutSeconds: 1, tls },
    });
    // One attempt: what is refused stays so.
    const stop = new AbortController();
    stop.abort();
    await output.run(stop.signal);
    return { isUp: output.stats().isUp, errors: output.stats().errors, requests: receiver.requests.length };
  }
  const SUCCESS = { isUp: true, errors: {}, requests: 1 };

  test('works with the authority of the collector', async () => {
    expect(await attempt({ caFile: file('ca.pem') })).toEqual(SUCCESS);
  });

  test('sends nothing to a collector that another authority vouches for', async () => {
    const stranger = await attempt({ caFile: file('other.pem') });
    expect(stranger).toEqual({ isUp: false, errors: { tls: 1 }, requests: 0 });
  });

  test('sends nothing to a collector that nobody vouches for', async () => {
    expect(await attempt({})).toEqual({ isUp: false, errors: { tls: 1 }, requests: 0 });
  });

  test('takes any certificate where it is not verified', async () => {
    expect(await attempt({ verify: false })).toEqual(SUCCESS);
  });

  test('shows its own certificate to a collector that asks for one', async () => {
    const tls = { caFile: file('ca.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
    expect(await attempt(tls, AUTHORITY)).toEqual(SUCCESS);
  });

  test('fails without one', async () => {
    expect(await attempt({ caFile: file('ca.pem') }, AUTHORITY)).toMatchObject({ isUp: false, requests: 0 });
  });

  test('fails with a reason when a file is missing', async () => {
    expect(await attempt({ caFile: file('none.pem') })).toEqual({ isUp: false, errors: { tls: 1 }, requests: 0 });
  });

  test('reads files anew after a failure, as certificates are renewed while programs run', async () => {
    await using receiver = await RECEIVE[protocol]({ tls: SERVER });
    const caFile = file(`renewed-${protocol}.pem`);
    writeFileSync(caFile, OTHER_AUTHORITY);
    const settings = { endpoint: `https://127.0.0.1:${receiver.port}`, protocol, timeoutSeconds: 1, tls: { caFile } };
    using output = outputTo(receiver, { registry: gauges(1), settings });
    expect(await output.flush(soon())).toBe(false);
    writeFileSync(caFile, AUTHORITY);
    expect(await output.flush(soon())).toBe(true);
  });

  test('takes its files from the standard variables', async () => {
    await using receiver = await RECEIVE[protocol]({ tls: { ...SERVER, clientCa: AUTHORITY } });
    const environment = {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `https://127.0.0.1:${receiver.port}/v1/metrics`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: file('ca.pem'),
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: file('cert.pem'),
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: file('key.pem'),
    };
    const settings = { endpoint: undefined, protocol };
    using output = outputTo(receiver, { registry: gauges(1), settings, environment });
    expect(await output.flush(soon())).toBe(true);
    expect(receiver.requests).toHaveLength(1);
  });
});
