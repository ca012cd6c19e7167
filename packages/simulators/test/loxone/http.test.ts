import { createPublicKey, X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startMiniserver } from '../../src/index.ts';
import { hmac } from './client-crypto.ts';
import { getJson, http } from './http.ts';
import { TestClient } from './test-client.ts';

const BASIC = 'exporter:secret';

describe('HTTP of a Miniserver', () => {
  it('answers apiKey with pseudo-JSON in single quotes', async () => {
    await using miniserver = await startMiniserver({ firmware: '14.5.12.28' });
    const { value, code, control } = await getJson(miniserver, '/jdev/cfg/apiKey', { secure: false });
    expect(code).toBe(200);
    expect(control).toBe('dev/cfg/apiKey');
    expect(value).toMatch(/^\{'snr':'50:4F:94:A0:B8:4A','version':'14\.5\.12\.28','key':'[0-9A-F]+'/);
    expect(JSON.parse((value as string).replaceAll("'", '"'))).toMatchObject({
      isInTrust: false,
      local: true,
      hasEventSlots: true,
      httpsStatus: 1,
    });
  });

  it('answers apiKey with a real object, unknown keys and other flags when told to', async () => {
    await using miniserver = await startMiniserver({
      apiKey: { form: 'object', httpsStatus: 2, hasEventSlots: false, extra: { christmas: 'yes' } },
    });
    const { value } = await getJson(miniserver, '/jdev/cfg/api');
    expect(value).toEqual({
      snr: '50:4F:94:A0:B8:4A',
      version: '14.5.12.28',
      local: true,
      hasEventSlots: false,
      httpsStatus: 2,
      christmas: 'yes',
    });
  });

  it('has neither httpsStatus nor a TLS port as Generation 1, and no local flag before 12.1', async () => {
    await using miniserver = await startMiniserver({
      generation: 1,
      firmware: '12.0.2.24',
      apiKey: { form: 'object' },
    });
    expect(miniserver.sslPort).toBeUndefined();
    expect(miniserver.certificatePem).toBeUndefined();
    const { value } = await getJson(miniserver, '/jdev/cfg/api');
    expect(value).toEqual({ snr: '50:4F:94:A0:B8:4A', version: '12.0.2.24', hasEventSlots: true });
  });

  it('gives its RSA-2048 key as one line with the markers of a certificate', async () => {
    await using miniserver = await startMiniserver();
    const { value } = await getJson(miniserver, '/jdev/sys/getPublicKey');
    expect(value).toMatch(/^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/]+={0,2}-----END CERTIFICATE-----$/);
    const der = Buffer.from((value as string).replace(/-----[A-Z ]+-----/g, ''), 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it.each([false, true])(
    'serves the structure file and its version with Basic credentials (TLS: %s)',
    async (secure) => {
      await using miniserver = await startMiniserver({ user: 'Zoë:', password: 'pässwörd ✓ :/%+' });
      // A colon ends the user name in Basic credentials, so that this user cannot log in this way.
      expect((await http(miniserver, '/data/LoxAPP3.json', { secure, basic: 'Zoë::pässwörd ✓ :/%+' })).status).toBe(
        401,
      );
      await using plain = await startMiniserver({ user: 'Zoë', password: 'pässwörd ✓ :/%+' });
      const { status, body } = await http(plain, '/data/LoxAPP3.json', { secure, basic: 'Zoë:pässwörd ✓ :/%+' });
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual(plain.house.structure);
      const version = await getJson(plain, '/jdev/sps/LoxAPPversion3', { secure, basic: 'Zoë:pässwörd ✓ :/%+' });
      expect(version.value).toBe(plain.house.structure.lastModified);
    },
  );

  it('answers a wrong password with a small page, and writes the attempt down', async () => {
    await using miniserver = await startMiniserver();
    const { status, body, headers } = await http(miniserver, '/data/LoxAPP3.json', { basic: 'exporter:wrong' });
    expect(status).toBe(401);
    expect(headers['content-type']).toBe('text/html');
    expect(headers['www-authenticate']).toContain('Basic');
    expect(body).toContain('<errorcode>401</errorcode>');
    expect(miniserver.ledger.failedLogins).toMatchObject([{ kind: 'basic', user: 'exporter', code: 401 }]);
  });

  it('does not count a request without credentials as an attempt', async () => {
    await using miniserver = await startMiniserver();
    expect((await http(miniserver, '/jdev/sps/LoxAPPversion3')).status).toBe(401);
    expect(miniserver.ledger.logins).toEqual([]);
  });

  it('takes the hash of a token instead of Basic credentials, and from 11.2 the token itself', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.loggedIn(miniserver);
    const token = miniserver.ledger.tokensAlive[0]!.token;
    const { value: key } = await getJson(miniserver, '/jdev/sys/getkey');
    const path = `/data/LoxAPP3.json?autht=${hmac(key as string, token)}&user=exporter`;
    expect((await http(miniserver, path)).status).toBe(200);
    expect((await http(miniserver, path)).status, 'the key is spent').toBe(401);
    expect((await http(miniserver, `/data/LoxAPP3.json?autht=${token}&user=exporter`)).status).toBe(200);
    client.close();
  });

  it('does not take a token in the clear before 11.2', async () => {
    await using miniserver = await startMiniserver({ firmware: '11.1.9.3' });
    const client = await TestClient.loggedIn(miniserver);
    const { token } = miniserver.ledger.tokensAlive[0]!;
    expect((await http(miniserver, `/data/LoxAPP3.json?autht=${token}&user=exporter`)).status).toBe(401);
    client.close();
  });

  it('gives keys for password hashes over HTTP too', async () => {
    await using miniserver = await startMiniserver();
    const { value } = await getJson(miniserver, '/jdev/sys/getkey2/Gr%C3%B6%C3%9Fe');
    expect(value).toMatchObject({
      key: expect.stringMatching(/^[0-9A-F]{64}$/),
      salt: expect.stringMatching(/^[0-9A-F]+$/),
      hashAlg: 'SHA256',
    });
  });

  it.each([
    ['GET', '/jdev/sys/unknown', 404],
    ['GET', '/', 404],
    ['GET', '/jdev/sys/getkey2/%E0%A4%A', 400],
    ['POST', '/jdev/cfg/apiKey', 405],
    ['HEAD', '/jdev/cfg/apiKey', 200],
  ])('answers %s %s with %i', async (method, path, status) => {
    await using miniserver = await startMiniserver();
    expect((await http(miniserver, path, { method })).status).toBe(status);
    expect(miniserver.ledger.httpRequests).toMatchObject([{ method, path, status, secure: false }]);
  });

  it('refuses a command that would change the house and writes it down as a violation', async () => {
    await using miniserver = await startMiniserver();
    expect((await http(miniserver, '/dev/sps/io/some%20switch/on', { basic: BASIC })).status).toBe(403);
    expect(miniserver.ledger.violations).toMatchObject([
      { command: 'dev/sps/io/some switch/on', connection: undefined },
    ]);
  });

  it('listens on IPv6 loopback with and without TLS', async () => {
    await using miniserver = await startMiniserver({ host: '::1' });
    expect((await getJson(miniserver, '/jdev/cfg/api', { secure: false })).code).toBe(200);
    expect((await getJson(miniserver, '/jdev/cfg/api', { secure: true })).code).toBe(200);
    const client = await TestClient.loggedIn(miniserver, { secure: true });
    expect(miniserver.ledger.connections[0]!.secure).toBe(true);
    client.close();
  });

  it('shows a certificate for localhost and both loopback addresses', async () => {
    await using miniserver = await startMiniserver();
    const certificate = new X509Certificate(miniserver.certificatePem!);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  });

  it('can refuse everything on the plain port of a Generation 2', async () => {
    await using miniserver = await startMiniserver({ plainPort: 'refusing' });
    expect((await http(miniserver, '/jdev/cfg/apiKey')).status).toBe(403);
    await expect(TestClient.connect(miniserver)).rejects.toThrow('403');
    expect((await getJson(miniserver, '/jdev/cfg/apiKey', { secure: true })).code).toBe(200);
  });

  it('can leave the plain port of a Generation 2 closed', async () => {
    await using miniserver = await startMiniserver({ plainPort: 'closed' });
    await expect(http(miniserver, '/jdev/cfg/apiKey')).rejects.toThrow('ECONNREFUSED');
    expect((await getJson(miniserver, '/jdev/cfg/apiKey', { secure: true })).code).toBe(200);
  });

  it('survives bytes that are no HTTP and no TLS', async () => {
    await using miniserver = await startMiniserver();
    for (const port of [miniserver.port, miniserver.sslPort!]) {
      const socket = connect(port, miniserver.host);
      socket.on('error', () => undefined);
      socket.write(Buffer.alloc(300, 0xa5));
      await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    }
    expect((await getJson(miniserver, '/jdev/cfg/api')).code).toBe(200);
  });

  it('says which port it could not have', async () => {
    await using first = await startMiniserver();
    await expect(startMiniserver({ port: first.port })).rejects.toThrow(
      `cannot listen on 127.0.0.1 port ${first.port}`,
    );
  });

  it.each([
    [{ host: '0.0.0.0' }, 'host: expected one of 127.0.0.1, ::1, localhost, found 0.0.0.0'],
    [{ firmware: 'latest' }, 'firmware: expected numbers separated by dots, found latest'],
    [{ generation: 1, plainPort: 'closed' } as const, 'plainPort: a Generation 1 has no other port'],
    [{ house: { rooms: {} } }, 'structure file: expected a text in lastModified, found undefined'],
  ])('refuses the options %j', async (options, message) => {
    await expect(startMiniserver(options)).rejects.toThrow(message);
  });
});
