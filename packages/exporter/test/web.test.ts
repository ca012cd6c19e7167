import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { loopbackIdentity } from '@device-exporters/simulators';
import { hashSync } from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Program, runProgram, startProgram } from '../src/testing/program.ts';

const DEMO = new URL('fixture/demo-exporter.ts', import.meta.url);
const HASH = hashSync('pässword', 4);

let folder: string;
let ca: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-'));
  const { certificatePem, privateKeyPem } = await loopbackIdentity();
  ca = certificatePem;
  write('cert.pem', certificatePem);
  write('key.pem', privateKeyPem);
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

async function start(web: object, args: readonly string[] = []) {
  const program = await startProgram(DEMO, [`--web.config.file=${write('web.yml', web)}`, ...args]);
  programs.push(program);
  return { ...program, host: new URL(program.url).host };
}

function login(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

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
  expect((await fetch(`${url}/metrics`, { headers: login('alice', 'pässword') })).status).toBe(200);
  expect((await fetch(`${url}/metrics`, { headers: login('alice', 'wrong') })).status).toBe(401);
  expect((await fetch(`${url}/metrics`, { headers: login('bob', 'pässword') })).status).toBe(401);
  expect(stderr()).not.toMatch(/pässword|\$2b\$/);
});

async function ask(host: string, options: object = {}) {
  const [hostname, port] = host.split(':');
  const asked = request({ hostname, port, path: '/-/healthy', ca, agent: false, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

const TLS = { cert_file: 'cert.pem', key_file: 'key.pem' };

test('HTTPS with the certificate, headers on every answer', async () => {
  const { host, logged } = await start({
    tls_server_config: TLS,
    http_server_config: { headers: { 'X-Frame-Options': 'deny' } },
  });
  expect(await logged('listening')).toMatchObject({ tls: true });
  const response = await ask(host);
  expect([response.statusCode, response.headers['x-frame-options']]).toEqual([200, 'deny']);
});
