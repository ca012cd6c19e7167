import { systemClock } from '@device-exporters/retry';
import { type Miniserver, type MiniserverOptions, startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { entryOf } from '../test/followed.ts';
import { loadedConfig } from '../test/loaded-config.ts';
import { type MiniserverConfig, miniserversOf } from './config.ts';
import { endpointOf, type Identity, identify } from './identity.ts';

const never = new AbortController().signal;

async function configOf(entry: object): Promise<MiniserverConfig> {
  const [config] = miniserversOf(await loadedConfig({ config: { miniservers: [entry] } }));
  if (config === undefined) throw new Error('no Miniserver in the configuration');
  return config;
}

describe('an endpoint', () => {
  const HOME = { host: '2001:db8::1', username: 'u', password: 'p', port: 8080, ssl_port: 8443 };

  test('is the plain port, or the one for TLS without verification', async () => {
    const config = await configOf(HOME);
    expect(endpointOf(config, false)).toEqual({ host: '2001:db8::1', port: 8080, isTls: false, tls: {} });
    expect(endpointOf(config, true)).toMatchObject({ port: 8443, isTls: true, tls: { rejectUnauthorized: false } });
  });

  test('is verified against the system, or against a file', async () => {
    expect(endpointOf(await configOf({ ...HOME, tls_verify: true }), true).tls).toEqual({});
    const here = import.meta.filename;
    const { tls } = endpointOf(await configOf({ ...HOME, tls_verify: here }), true);
    expect(String(tls.ca)).toContain('is verified against the system, or against a file');
    expect(tls.rejectUnauthorized).toBeUndefined();
  });

  test('cannot be used when its CA file has gone', async () => {
    const config = { ...(await configOf(HOME)), tls_verify: '/nowhere/ca.pem' };
    expect(() => endpointOf(config, true)).toThrow('the CA file /nowhere/ca.pem cannot be read');
  });
});

/** Asks a Miniserver who it is. */
async function identified(
  options: MiniserverOptions,
  isTls: boolean,
): Promise<Identity & Pick<Miniserver, 'ledger' | 'port' | 'sslPort'>> {
  await using miniserver = await startMiniserver({ eventsPerSecond: 0, ...options });
  const { ledger, port, sslPort } = miniserver;
  return { ledger, port, sslPort, ...(await identify(await configOf(entryOf(miniserver)), isTls, never, systemClock)) };
}

describe('who is asked who it is', () => {
  test('is a Generation 1: plain, with a public key', async () => {
    const { endpoint, apiKey, publicKey, port } = await identified(
      { generation: 1, serialNumber: '504F94112233' },
      false,
    );
    expect(endpoint).toMatchObject({ isTls: false, port });
    expect(apiKey).toMatchObject({ serial: '504F94112233', version: '14.5.12.28' });
    expect(publicKey).toBeDefined();
  });

  test('is a Generation 1 of long ago, which has no key to give', async () => {
    const { publicKey, ledger } = await identified({ generation: 1, firmware: '8.2.10.14' }, false);
    expect(publicKey).toBeUndefined();
    expect(ledger.httpRequests.map(({ path }) => path)).toEqual(['/jdev/cfg/apiKey']);
  });

  test('is a Generation 2: spoken to over TLS after one plain question', async () => {
    const { endpoint, sslPort, ledger } = await identified({ generation: 2 }, false);
    expect(endpoint).toMatchObject({ isTls: true, port: sslPort });
    expect(ledger.httpRequests.map(({ secure }) => secure)).toEqual([false, true, true]);
  });

  test('is never asked in the clear where that is ruled out', async () => {
    const { ledger } = await identified({ generation: 2 }, true);
    expect(ledger.httpRequests.every(({ secure }) => secure)).toBe(true);
  });

  test.each(['closed', 'refusing'] as const)('is a Generation 2 whose plain port is %s', async (plainPort) => {
    const { endpoint } = await identified({ generation: 2, plainPort }, false);
    expect(endpoint.isTls).toBe(true);
  });

  test('is nobody: what the first attempt met is told', async () => {
    const config = await configOf({ host: '127.0.0.1', port: 1, ssl_port: 2, username: 'u', password: 'p' });
    await expect(identify(config, false, never, systemClock)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('http://127.0.0.1:1/'),
    });
  });

  test('is nobody any more once the signal has fired', async () => {
    const config = await configOf({ host: '127.0.0.1', port: 1, username: 'u', password: 'p' });
    await expect(identify(config, false, AbortSignal.abort(new Error('stopping')), systemClock)).rejects.toThrow(
      'stopping',
    );
  });
});
