import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@device-exporters/exporter/testing';
import { startInfrahub } from '@device-exporters/simulators';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodesAnswer, schemaWith, startAnswering } from './answering.ts';
import { configFor, queryFile, startExporter } from './exporting.ts';

const devices = { metrics: { kind: [{ kind: 'DcimDevice' }] } };
const INFO = 'infrahub_dcimdevice_info';

describe('a login', () => {
  test('with user and password is done once, and refreshed when it has expired', async () => {
    await using infrahub = await startInfrahub();
    const config = configFor(infrahub, {
      infrahub: { token: undefined, username: 'exporter', password: 'secret' },
      ...devices,
    });
    await using app = await startExporter(config);
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
    infrahub.faults.expireLogins();
    await infrahub.ledger.until(({ refreshes }) => refreshes === 1);
    const asked = infrahub.ledger.queriesOf('DcimDevice').length;
    await infrahub.ledger.until((ledger) => ledger.queriesOf('DcimDevice').length >= asked + 2);
    expect([infrahub.ledger.logins, infrahub.ledger.refreshes]).toEqual([1, 1]);
    expect(infrahub.ledger.queriesOf('DcimDevice')[0]?.headers['x-infrahub-key']).toBeUndefined();
  });

  test.each([
    ['that is refreshed then', 'fresh', true],
    ['that is good for nothing', 'old', false],
  ])('that has expired is told of under a status of success, too: one %s', async (_name, access_token, isGood) => {
    const expired = { message: 'expired', extensions: { code: 'TOKEN_EXPIRED' } };
    const server = await startAnswering(({ path, headers }) => {
      if (path === '/api/auth/login') return { body: { access_token: 'old', refresh_token: 'refresh' } };
      if (path === '/api/auth/refresh') return { body: { access_token } };
      if (!path.startsWith('/graphql')) return { body: schemaWith() };
      const isFresh = headers.authorization === 'Bearer fresh';
      return { body: isFresh ? nodesAnswer([{ id: 'a', name: { value: 'one' } }]) : { data: null, errors: [expired] } };
    });
    const account = { token: undefined, username: 'exporter', password: 'secret' };
    const metrics = { kind: [{ kind: 'TestNode' }] };
    const config = { ...configFor(server, { infrahub: account, metrics }), poll_interval_seconds: 60 };
    await using app = await startExporter(config);
    const refusals = isGood ? 1 : 2;
    const page = await app.scrapeUntil(
      'the end of a round',
      ({ value, lines }) =>
        value('infrahub_request_errors_total', { reason: 'auth' }) === refusals &&
        (!isGood || lines('infrahub_testnode_info').length === 1),
    );
    expect(page.value('infrahub_up')).toBe(isGood ? 1 : 0);
    expect(server.asked.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1);
  });

  test('that is refused is not tried again and again', async () => {
    await using infrahub = await startInfrahub();
    const access = { token: undefined, username: 'exporter', password: 'wrong' };
    const config = { ...configFor(infrahub, { infrahub: access, ...devices }), poll_interval_seconds: 60 };
    await using app = await startExporter(config);
    await app.scrapeUntil('a refusal', (page) => page.value('infrahub_request_errors_total', { reason: 'auth' }) === 1);
    expect(infrahub.ledger.logins).toBeLessThanOrEqual(2);
  });
});

describe('a login for several', () => {
  const kind = ['DcimDevice', 'BuiltinTag', 'LocationBuilding'].map((name) => ({ kind: name }));
  const access = { token: undefined, username: 'exporter', password: 'secret' };

  test('that is refused is refused once for all of them, and forgotten when the password is another one', async () => {
    await using infrahub = await startInfrahub();
    const password_file = queryFile('wrong\n', 'password');
    const account = { ...access, password: undefined, password_file };
    await using app = await startExporter(configFor(infrahub, { infrahub: account, metrics: { kind } }));
    await until('three that know', () => {
      const told = app.records.filter(({ msg }) => msg === 'kind still cannot be read');
      return new Set(told.map((record) => record['kind'])).size === 3;
    });
    expect(infrahub.ledger.logins).toBe(1);
    writeFileSync(password_file, 'secret\n');
    await app.scrapeUntil('nodes', (page) => page.lines('infrahub_nodes').length === 3);
    expect(infrahub.ledger.logins).toBe(2);
  });

  test('goes on when the one that began it has to end', async () => {
    await using infrahub = await startInfrahub();
    infrahub.faults.next({ kind: 'delay', ms: 1_000 }, 1);
    const configOf = (list: object[]) => ({
      ...configFor(infrahub, { infrahub: access, metrics: { kind: list } }),
      poll_interval_seconds: 3600,
    });
    await using app = await startExporter(configOf(kind));
    await infrahub.ledger.until(({ requests }) => requests.length === 1);
    await app.reload(configOf(kind.slice(1)));
    await app.scrapeUntil('the others', (page) => page.lines('infrahub_nodes').length === 2);
  });
});

describe('TLS', () => {
  test('trusts the authority that it is given, and no other', async () => {
    await using infrahub = await startInfrahub({ tls: 'server' });
    await using untrusting = await startExporter(configFor(infrahub, devices));
    await untrusting.scrapeUntil(
      'a refusal',
      (page) => (page.value('infrahub_request_errors_total', { reason: 'connection' }) ?? 0) > 0,
    );
    const ca_file = queryFile(infrahub.certificatePem ?? '', 'ca.pem');
    await using app = await startExporter(configFor(infrahub, { infrahub: { tls: { ca_file } }, ...devices }));
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  });

  test('shows a client certificate where one is asked for', async () => {
    await using infrahub = await startInfrahub({ tls: 'client' });
    const cert_file = queryFile(infrahub.certificatePem ?? '', 'client.pem');
    const key_file = queryFile(infrahub.privateKeyPem ?? '', 'client.key');
    const tls = { ca_file: cert_file, cert_file, key_file };
    await using app = await startExporter(configFor(infrahub, { infrahub: { tls }, ...devices }));
    await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  });
});

test('a proxy is gone through', async () => {
  await using infrahub = await startInfrahub();
  const asked: string[] = [];
  // A request in the clear is passed on; only TLS needs a tunnel.
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    const { method, headers } = incoming;
    const onward = request(incoming.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await using app = await startExporter(configFor(infrahub, { infrahub: { proxy: url }, ...devices }));
  await app.scrapeUntil('devices', (page) => page.lines(INFO).length === 5);
  expect(asked).toContain(`${infrahub.url}/api/schema?branch=main`);
});
