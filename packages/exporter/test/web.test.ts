import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Program, runProgram, startProgram } from '../src/testing/program.ts';
import { until } from '../src/testing/until.ts';

const DEMO = new URL('fixture/demo-exporter.ts', import.meta.url);
/** Of `pässword`. */
const HASH = '$2b$04$MaFmsxV0sqjmatptauX8PeqYZI7/broMQFmDk8XgNDQ8Zt9on3YmO';
const TLS = { cert_file: 'cert.pem', key_file: 'key.pem' };

type Pems = Awaited<ReturnType<typeof generate>>;

let folder: string;
/** Two servers' and two clients' certificates, each its own authority. */
let [first, second, friend, stranger]: Pems[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-'));
  [first, second, friend, stranger] = await Promise.all(
    ['localhost', 'localhost', 'prometheus.example', 'prometheus.example'].map((name) =>
      generate([{ name: 'commonName', value: name }], {
        keyType: 'ec',
        algorithm: 'sha256',
        extensions: [
          { name: 'basicConstraints', cA: true },
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: name },
              { type: 7, ip: '127.0.0.1' },
            ],
          },
        ],
      }),
    ),
  );
  write('friend.pem', friend!.cert);
});
afterAll(() => rmSync(folder, { recursive: true }));

const programs: Program[] = [];
afterEach(() => {
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
});

function write(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function useCertificate({ cert, private: key }: Pems): void {
  write('cert.pem', cert);
  write('key.pem', key);
}

async function start(web: object, args: readonly string[] = []) {
  useCertificate(first!);
  const file = write('web.yml', web);
  const program = await startProgram(DEMO, [`--web.config.file=${file}`, ...args]);
  programs.push(program);
  return { ...program, flags: [`--web.config.file=${file}`, `--web.listen-address=${new URL(program.url).host}`] };
}

function login(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/** One request on a connection of its own. */
async function ask(url: string, options: RequestOptions = {}) {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path: '/-/healthy', ca: first!.cert, agent: false, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const socket = response.socket as TLSSocket;
  const { fingerprint } = socket.getPeerCertificate();
  const protocol = socket.getProtocol();
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers, fingerprint, protocol };
}

describe('with basic_auth_users', () => {
  test('a password is asked for on every path, and the right one lets through', async () => {
    const { url, stderr } = await start({ basic_auth_users: { alice: HASH } });
    for (const path of ['/metrics', '/-/healthy', '/nowhere']) {
      const refused = await fetch(url + path);
      expect([refused.status, refused.headers.get('www-authenticate'), await refused.text()]).toEqual([
        401,
        'Basic',
        'Unauthorized\n',
      ]);
    }
    const reload = await fetch(`${url}/-/reload`, { method: 'POST', headers: login('alice', 'wrong') });
    expect(reload.status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: login('alice', 'pässword') })).status).toBe(200);
    expect((await fetch(`${url}/metrics`, { headers: login('bob', 'pässword') })).status).toBe(401);
    expect(stderr()).not.toMatch(/pässword|\$2b\$|configuration reloaded/);
  });

  test('users that change are known at once after a reload, and a broken file keeps the old ones', async () => {
    const { url, child, logged, stderr } = await start({ basic_auth_users: { alice: HASH } });
    const alice = login('alice', 'pässword');
    const statusOf = async (headers: Record<string, string>, path = '/metrics', method = 'GET') =>
      (await fetch(url + path, { headers, method })).status;

    write('web.yml', { basic_auth_users: { alice: 'hunter2' } });
    expect(await statusOf(alice, '/-/reload', 'POST')).toBe(500);
    await logged('reload failed; the old configuration stays');
    expect(await statusOf(alice)).toBe(200);

    write('web.yml', {});
    expect(await statusOf(alice, '/-/reload', 'POST')).toBe(500);
    expect(stderr()).toContain('asking for passwords ends with a restart only');
    expect(await statusOf({})).toBe(401);

    write('web.yml', { basic_auth_users: { bob: HASH } });
    child.kill('SIGHUP');
    await logged('configuration reloaded');
    expect(await statusOf(alice)).toBe(401);
    expect(await statusOf(login('bob', 'pässword'))).toBe(200);
    expect(stderr()).not.toContain('hunter2');
  });

  test('a file that changes is read without anybody asking for it', async () => {
    const { url, logged, stderr } = await start({ basic_auth_users: { alice: HASH } });
    write('web.yml', {
      basic_auth_users: { bob: HASH },
      http_server_config: { headers: { 'X-Frame-Options': 'deny' } },
    });
    const response = await until('the new user', async () => {
      const answer = await fetch(`${url}/metrics`, { headers: login('bob', 'pässword') });
      return answer.status === 200 && answer;
    });
    expect(response.headers.get('x-frame-options')).toBe('deny');
    await logged('web configuration reloaded');
    write('web.yml', 'nonsense');
    await until('the error in the log', async () => {
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
      return stderr().includes('web configuration cannot be used; the old one stays');
    });
  });
});

describe('with tls_server_config', () => {
  test('the server speaks TLS, sets its headers and answers nobody in plain', async () => {
    const headers = { 'Strict-Transport-Security': 'max-age=1', 'X-Frame-Options': 'deny' };
    const { url, logged } = await start({
      tls_server_config: TLS,
      http_server_config: { headers },
      basic_auth_users: { alice: HASH },
    });
    expect(await logged('listening')).toMatchObject({ tls: true });
    expect(await ask(url)).toMatchObject({
      status: 401,
      protocol: 'TLSv1.3',
      headers: { 'strict-transport-security': 'max-age=1', 'x-frame-options': 'deny' },
    });
    expect((await ask(url, { path: '/metrics', headers: login('alice', 'pässword') })).status).toBe(200);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('versions and ciphers are those that were chosen', async () => {
    const chosen = { max_version: 'TLS12', cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] };
    const { url } = await start({ tls_server_config: { ...TLS, ...chosen, curve_preferences: ['CurveP256'] } });
    expect(await ask(url, { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })).toMatchObject({ protocol: 'TLSv1.2' });
    await expect(ask(url, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).rejects.toThrow(/handshake failure/);
    await expect(ask(url, { minVersion: 'TLSv1.3' })).rejects.toThrow(/protocol version/);
    await expect(ask(url, { ecdhCurve: 'X25519' })).rejects.toThrow(/handshake failure/);
  });

  test('a renewed certificate is used for new connections, a broken one is not', async () => {
    const { url, stderr } = await start({ tls_server_config: TLS });
    const options = { rejectUnauthorized: false };
    const { fingerprint } = await ask(url, options);
    write('key.pem', 'half a key');
    await until('the error in the log', async () => {
      expect((await ask(url, options)).fingerprint).toBe(fingerprint);
      return stderr().includes('web configuration cannot be used; the old one stays');
    });
    useCertificate(second!);
    await until('the renewed certificate', async () => (await ask(url, options)).fingerprint !== fingerprint);
    expect((await ask(url, { ca: second!.cert })).status).toBe(200);

    useCertificate(first!);
    expect((await ask(url, { ...options, path: '/-/reload', method: 'POST' })).status).toBe(200);
    expect((await ask(url)).fingerprint).toBe(fingerprint);
    write('web.yml', {});
    expect((await ask(url, { ...options, path: '/-/reload', method: 'POST' })).status).toBe(500);
    expect((await ask(url)).status).toBe(200);
  });

  test.each([
    ['NoClientCert', true, true, true],
    ['RequestClientCert', true, true, true],
    ['RequireAnyClientCert', false, true, true],
    ['VerifyClientCertIfGiven', true, false, true],
    ['RequireAndVerifyClientCert', false, false, true],
  ])('%s: nobody %s, a stranger %s, a friend %s', async (client_auth_type, nobody, unknown, known) => {
    const ca = client_auth_type === 'NoClientCert' ? {} : { client_ca_file: 'friend.pem' };
    const { url, flags } = await start({ tls_server_config: { ...TLS, client_auth_type, ...ca } });
    const isAnswered = (pems?: Pems): Promise<boolean> =>
      ask(url, pems === undefined ? {} : { cert: pems.cert, key: pems.private }).then(
        ({ status }) => status === 200,
        () => false,
      );
    expect([await isAnswered(), await isAnswered(stranger), await isAnswered(friend)]).toEqual([
      nobody,
      unknown,
      known,
    ]);
    expect((await runProgram(DEMO, ['healthcheck', ...flags])).code).toBe(0);
  });

  test('only the names that are allowed get in', async () => {
    const verify = { client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: 'friend.pem' };
    const web = { tls_server_config: { ...TLS, ...verify, client_allowed_sans: ['prometheus.example'] } };
    const { url, logged } = await start(web);
    const options = { cert: friend!.cert, key: friend!.private };
    expect((await ask(url, options)).status).toBe(200);
    write('web.yml', { tls_server_config: { ...TLS, ...verify, client_allowed_sans: ['other.example'] } });
    expect((await ask(url, { ...options, path: '/-/reload', method: 'POST' })).status).toBe(200);
    await expect(ask(url, options)).rejects.toThrow();
    expect(await logged('client turned away')).toMatchObject({
      client: '127.0.0.1',
      reason: 'no name of its certificate is in client_allowed_sans',
    });
  });
});

test('over the limit of rate_limit the answer is 429', async () => {
  const { url } = await start({ rate_limit: { interval: '1h', burst: 2 } });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await fetch(url)).status);
  expect(statuses).toEqual([200, 200, 429]);
});

test('the address for probes is plain and open', async () => {
  const web = { tls_server_config: TLS, basic_auth_users: { alice: HASH } };
  const { stderr } = await start(web, ['--web.health-address=127.0.0.1:0']);
  const address = await until('the second address', () => {
    const records = stderr()
      .split('\n')
      .filter((line) => line.includes('"listening"'));
    return records[1] === undefined ? undefined : (JSON.parse(records[1]) as { address: string; tls: boolean });
  });
  expect(address.tls).toBe(false);
  expect((await fetch(`http://${address.address}/-/healthy`)).status).toBe(200);
  expect((await fetch(`http://${address.address}/metrics`)).status).toBe(404);
  expect((await runProgram(DEMO, ['healthcheck', `--web.health-address=${address.address}`])).code).toBe(0);
});

test('the health check is content with being asked for a password', async () => {
  const { flags, child, exited } = await start({ tls_server_config: TLS, basic_auth_users: { alice: HASH } });
  expect((await runProgram(DEMO, ['healthcheck', ...flags])).code).toBe(0);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  const { code, stderr } = await runProgram(DEMO, ['healthcheck', ...flags]);
  expect([code, stderr()]).toEqual([1, expect.stringContaining('cannot reach https://127.0.0.1:')]);
});

test('--config.check tells the problems of both files, and neither starts anything', async () => {
  const config = write('config.yml', 'devcies: [a]\n');
  const web = write('broken.yml', 'tls_server_config: {cert_file: nowhere.pem}\n');
  for (const more of [['--config.check'], []]) {
    const { code, stderr } = await runProgram(DEMO, [`--config.file=${config}`, `--web.config.file=${web}`, ...more]);
    expect(code).toBe(1);
    expect(stderr().trim().split('\n')).toEqual([
      `${config}:1: devcies: unknown key; did you mean devices?`,
      `${web}:1: tls_server_config.cert_file: ${join(folder, 'nowhere.pem')} cannot be read (ENOENT)`,
      `${web}:1: tls_server_config: key_file is missing`,
    ]);
  }
});
