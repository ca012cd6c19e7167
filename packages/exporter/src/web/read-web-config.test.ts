import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loopbackIdentity } from '@device-exporters/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../config/problem.ts';
import { BasicAuth } from './basic-auth.ts';
import { readWebConfig } from './read-web-config.ts';

const HASH = '$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze';
const TLS = 'cert_file: cert.pem, key_file: key.pem';

let folder: string;
let pem: { certificatePem: string; privateKeyPem: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-config-'));
  pem = await loopbackIdentity();
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  writeFileSync(join(folder, 'cert.pem'), pem.certificatePem);
  writeFileSync(join(folder, 'key.pem'), pem.privateKeyPem);
  writeFileSync(join(folder, 'other-key.pem'), other.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'text'), 'no certificate');
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'web.yml');
  writeFileSync(path, text);
  return readWebConfig(path);
}

/** Its problems, without the folder. */
function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.replaceAll(`${folder}/`, '').split('\n');
    throw error;
  }
  return [];
}

test.each(['', '{}', 'tls_server_config: {}', 'tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n'])(
  '%j asks for nothing',
  (text) => {
    const { tls, headers, users, rateLimit } = read(text);
    expect({ tls, headers, users: users.size, rateLimit }).toEqual({
      tls: undefined,
      headers: {},
      users: 0,
      rateLimit: undefined,
    });
  },
);

describe('tls_server_config', () => {
  test('reads the files beside it and offers TLS 1.2 and 1.3', () => {
    const { tls, files } = read(`tls_server_config: {${TLS}}`);
    expect(tls).toMatchObject({
      context: { cert: pem.certificatePem, key: pem.privateKeyPem, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
      clientAuthType: 'NoClientCert',
      clientAllowedSans: [],
    });
    expect(files).toEqual(['web.yml', 'cert.pem', 'key.pem'].map((name) => join(folder, name)));
  });

  test('takes certificate and key as they stand there', () => {
    const text = JSON.stringify({ tls_server_config: { cert: pem.certificatePem, key: pem.privateKeyPem } });
    expect(read(text).tls?.context.cert).toBe(pem.certificatePem);
  });

  test("translates Go's names", () => {
    const { tls } = read(`tls_server_config: {${TLS}, min_version: TLS12, max_version: TLS12,
      client_auth_type: RequireClientCert, client_ca_file: cert.pem, client_allowed_sans: [prometheus],
      cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256], curve_preferences: [CurveP256, X25519],
      prefer_server_cipher_suites: false}`);
    expect(tls).toMatchObject({ clientAuthType: 'RequireAnyClientCert', clientAllowedSans: ['prometheus'] });
    expect(tls?.context).toMatchObject({
      ca: pem.certificatePem,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ecdhCurve: 'P-256:X25519',
      honorCipherOrder: false,
    });
    expect(tls?.context.ciphers).toMatch(/^TLS_AES_128_GCM_SHA256:.*:ECDHE-ECDSA-AES128-GCM-SHA256$/);
  });

  test.each([
    ['cert_file: cert.pem', 'key_file is missing'],
    ['key_file: key.pem', 'cert_file is missing'],
    ['min_version: TLS13', 'cert_file is missing'],
    ['cert_file: nowhere.pem, key_file: key.pem', '.cert_file: nowhere.pem cannot be read (ENOENT)'],
    ['cert_file: cert.pem, key_file: other-key.pem', 'key values mismatch'],
    ['cert_file: text, key_file: key.pem', 'cannot be used'],
    [`${TLS}, cert: abc`, '.cert_file: cert is given as well; give one of the two'],
    [`${TLS}, min_version: TLS14`, '.min_version: unknown name "TLS14"; did you mean TLS1'],
    [`${TLS}, min_version: 1.2`, '.min_version: unknown name "1.2"; expected one of TLS10, TLS11, TLS12, TLS13'],
    [`${TLS}, max_version: TLS11`, '.max_version: OpenSSL offers nothing older than TLS12'],
    [`${TLS}, min_version: TLS13, max_version: TLS12`, '.min_version: is newer than max_version'],
    [`${TLS}, client_auth_type: RequireAndVerifyClientCerts`, 'did you mean RequireAndVerifyClientCert?'],
    [`${TLS}, client_ca_file: cert.pem`, '.client_ca_file: needs a client_auth_type that asks for certificates'],
    [`${TLS}, client_auth_type: RequireClientCert, client_ca_file: text`, '.client_ca_file: expected certificates'],
    [`${TLS}, client_auth_type: RequestClientCert, client_allowed_sans: [a]`, '.client_allowed_sans: needs a'],
    [`${TLS}, cipher_suites: [ECDHE-RSA-AES128-SHA]`, '.cipher_suites: unknown name "ECDHE-RSA-AES128-SHA"'],
    [`${TLS}, curve_preferences: [CurveP257]`, '.curve_preferences: unknown name "CurveP257"; did you mean CurveP256?'],
    [`${TLS}, cert_fil: cert.pem`, '.cert_fil: unknown key; did you mean cert_file?'],
  ])('with %s is refused', (section, problem) => {
    expect(problemsOf(`tls_server_config: {${section}}`).join('\n')).toContain(problem);
  });
});

describe('http_server_config', () => {
  test('takes the headers that may be set', () => {
    const headers = {
      'Strict-Transport-Security': 'max-age=1',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'sameorigin',
      'X-XSS-Protection': '0',
      'Content-Security-Policy': "default-src 'none'",
    };
    expect(read(JSON.stringify({ http_server_config: { http2: false, headers } })).headers).toEqual(headers);
  });

  test.each([
    ['http2: maybe', 'expected true or false, found "maybe"'],
    ['headers: {X-Frame-Options: DENY}', '.headers.X-Frame-Options: expected deny or sameorigin, found "DENY"'],
    ['headers: {X-Frame-Options: ""}', '.headers.X-Frame-Options: expected deny or sameorigin, found ""'],
    ['headers: {X-Content-Type-Options: sniff}', '.headers.X-Content-Type-Options: expected nosniff'],
    ['headers: {X-Frame-Option: deny}', '.headers.X-Frame-Option: unknown key; did you mean X-Frame-Options?'],
    ['headers: {Server: a}', '.headers.Server: unknown key'],
    ['headers: {X-XSS-Protection: "a\\r\\nb: c"}', '.headers.X-XSS-Protection: expected printable ASCII'],
  ])('with %s is refused', (section, problem) => {
    expect(problemsOf(`http_server_config: {${section}}`)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('basic_auth_users', () => {
  test('are read, and hidden wherever they are printed', () => {
    const { users } = read(`basic_auth_users:\n  alice: ${HASH}\n  a.b_file: ${HASH}\n`);
    expect([...users].map(([name, hash]) => [name, hash.reveal()])).toEqual([
      ['alice', HASH],
      ['a.b_file', HASH],
    ]);
    expect(`${inspect(users)} ${JSON.stringify([...users])}`).not.toContain('$2y$');
  });

  test.each([
    ['{alice: hunter2}', 'basic_auth_users.alice: expected a bcrypt hash'],
    [`{alice: "${HASH.slice(0, -1)}"}`, 'basic_auth_users.alice: expected a bcrypt hash'],
    [`{alice: "${HASH.replace('$10$', '$03$')}"}`, 'basic_auth_users.alice: expected a bcrypt hash'],
    ['{alice: 1234}', 'basic_auth_users.alice: expected a bcrypt hash'],
    ['{alice: }', 'basic_auth_users.alice: expected text'],
    ['{alice: [hunter2]}', 'basic_auth_users.alice: expected text'],
    ['[alice: hunter2]', 'basic_auth_users: expected a section of names and bcrypt hashes'],
    ['hunter2', 'basic_auth_users: expected a section of names and bcrypt hashes'],
  ])('as %s are refused without a word of what stands there', (users, problem) => {
    const problems = problemsOf(`basic_auth_users: ${users}`);
    expect(problems).toEqual([expect.stringContaining(`web.yml:1: ${problem}`)]);
    expect(problems.join()).not.toMatch(/hunter2|1234|mDwo/);
  });
});

test.each([
  ['interval: 1s, burst: 20', { intervalMs: 1000, burst: 20 }],
  ['interval: 1m', { intervalMs: 60_000, burst: 1 }],
  ['interval: 0, burst: 20', undefined],
  ['burst: 20', undefined],
])('rate_limit: {%s}', (section, rateLimit) => {
  expect(read(`rate_limit: {${section}}`).rateLimit).toEqual(rateLimit);
});

test.each([
  ['interval: 5, burst: 1', 'rate_limit.interval: expected a duration such as 500ms, 1s or 1m30s, found "5"'],
  ['interval: 1s, burst: 0', 'rate_limit.burst: expected a whole number from 1, found 0'],
  ['interval: 1s, burst: -1', 'rate_limit.burst: expected a whole number from 1, found -1'],
])('rate_limit: {%s} is refused', (section, problem) => {
  expect(problemsOf(`rate_limit: {${section}}`)).toEqual([expect.stringContaining(problem)]);
});

test('every problem is named at once, with its line', () => {
  expect(
    problemsOf(
      'tls_server_confg: {}\ntls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n  min_version: TLS9\nbasic_auth_users:\n  bob: b\n',
    ),
  ).toEqual([
    'web.yml:1: tls_server_confg: unknown key; did you mean tls_server_config?',
    expect.stringContaining('web.yml:5: tls_server_config.min_version: unknown name "TLS9"'),
    expect.stringContaining('web.yml:7: basic_auth_users.bob: expected a bcrypt hash'),
  ]);
});

test.each([
  ['a: [', 'no valid YAML'],
  ['- a', 'expected keys and values at the top'],
])('%j is no web configuration', (text, problem) => {
  expect(problemsOf(text).join('\n')).toContain(problem);
});

test('what the documentation shows is a web configuration, with the password that it says', async () => {
  const documentation = readFileSync(new URL('../../../../docs/web-configuration.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n(tls_server_config:.+?)```/s.exec(documentation) ?? [];
  writeFileSync(join(folder, 'ca.pem'), pem.certificatePem);
  const { tls, users } = read(example);
  expect(tls?.clientAuthType).toBe('RequireAndVerifyClientCert');
  const authorization = `Basic ${Buffer.from('prometheus:change me').toString('base64')}`;
  expect(await new BasicAuth(users).check(authorization)).toBe('granted');
});
