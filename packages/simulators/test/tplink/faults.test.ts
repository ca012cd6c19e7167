import { afterEach, describe, expect, it } from 'vitest';
import { type AnswerFault, startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { AesClient } from './client/aes-client.ts';
import { CredentialsError } from './client/errors.ts';
import { KlapClient } from './client/klap-client.ts';
import { TpapClient } from './client/tpap-client.ts';
import { askXor, exchangeUdp, exchangeXor, frame } from './client/xor-client.ts';

const INFO = { method: 'get_device_info' };
const SYSINFO = { system: { get_sysinfo: {} } };
const SHORT_PROBE = Buffer.from('020000010000000000000000463cb5d3', 'hex');
const SHA1_OF_SECRET = 'e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4';

let open: Disposable[] = [];

afterEach(() => {
  for (const client of open) client[Symbol.dispose]();
  open = [];
});

async function loggedIn(device: TplinkDevice, password = device.password): Promise<KlapClient> {
  const client = new KlapClient(device);
  open.push(client);
  return client.login(device.user, password);
}

describe('answers that go wrong', () => {
  it.each([
    [403, 'HTTP 403'],
    [429, 'HTTP 429'],
    [500, 'HTTP 500'],
    ['drop', 'ECONNRESET|socket hang up'],
    ['truncated', 'JSON'],
    ['garbage', 'bad signature'],
  ] as const)('once: %s', async (fault, message) => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.next(fault);
    await expect(session.ask(INFO)).rejects.toThrow(new RegExp(message));
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0 });
  });

  it('with an error code of the payload', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.next({ errorCode: -1301 }, 2);
    expect(await session.ask(INFO)).toEqual({ error_code: -1301 });
    expect(await session.ask(INFO)).toEqual({ error_code: -1301 });
    expect(await session.ask(INFO)).toMatchObject({ error_code: 0 });
  });

  it('every n-th time, until they are cleared', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.every(3, 500);
    const outcomes: boolean[] = [];
    for (let count = 0; count < 6; count += 1) {
      outcomes.push(
        await session.ask(INFO).then(
          () => true,
          () => false,
        ),
      );
    }
    expect(outcomes).toEqual([true, true, false, true, true, false]);
    plug.faults.clear();
    for (let count = 0; count < 3; count += 1) await session.ask(INFO);
  });

  it.each(['hang', 'huge', 'flood'] as const)('without an end: %s', async (fault) => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.next(fault);
    const answer = session.ask(INFO);
    await plug.ledger.until(({ exchanges }) => exchanges === 1);
    session[Symbol.dispose]();
    await expect(answer).rejects.toThrow();
    await (await loggedIn(plug)).ask(INFO);
    // What was given up is under way no more.
    expect(plug.ledger.parallel).toBe(0);
  });

  it('during a login', async () => {
    await using klap = await startTplinkDevice();
    klap.faults.next(500, 1, 'login');
    await expect(loggedIn(klap)).rejects.toThrow('HTTP 500');
    await loggedIn(klap);
    await using aes = await startTplinkDevice({ model: 'p100' });
    const client = new AesClient(aes);
    open.push(client);
    aes.faults.next('truncated', 1, 'login');
    await expect(client.handshake()).rejects.toThrow('JSON');
    await client.handshake();
    aes.faults.next(429, 1, 'login');
    await expect(client.login(aes.user, aes.password, 1)).rejects.toThrow('HTTP 429');
    await using tpap = await startTplinkDevice({ model: 'tpap' });
    const other = new TpapClient(tpap);
    open.push(other);
    tpap.faults.next({ errorCode: -1 }, 1, 'login');
    await expect(other.login(SHA1_OF_SECRET)).rejects.toThrow('JSON');
    await other.login(SHA1_OF_SECRET);
  });

  it('over AES and TPAP', async () => {
    await using aes = await startTplinkDevice({ model: 'p100' });
    const client = await new AesClient(aes).handshake();
    open.push(client);
    await client.login(aes.user, aes.password, 1);
    aes.faults.next(500);
    await expect(client.ask(INFO)).rejects.toThrow('HTTP 500');
    await using tpap = await startTplinkDevice({ model: 'tpap' });
    const other = await new TpapClient(tpap).login(SHA1_OF_SECRET);
    open.push(other);
    tpap.faults.next('drop');
    await expect(other.ask(INFO)).rejects.toThrow();
    await other.ask(INFO);
  });

  it.each([
    ['drop', 'ECONNRESET|closed'],
    [500, 'ECONNRESET|closed'],
    ['truncated', 'JSON'],
    ['garbage', 'JSON'],
  ] as const)('over XOR: %s', async (fault, message) => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    plug.faults.next(fault);
    await expect(askXor(plug, SYSINFO)).rejects.toThrow(new RegExp(message));
    expect(await askXor(plug, SYSINFO)).toMatchObject({ system: {} });
  });

  it('over XOR with an error code', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    plug.faults.next({ errorCode: -3 });
    expect(await askXor(plug, SYSINFO)).toEqual({ err_code: -3 });
  });

  it.each(['hang', 'huge', 'flood'] as const)('over XOR without an end: %s', async (fault: AnswerFault) => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    plug.faults.next(fault);
    const answer = exchangeXor(plug, [frame(JSON.stringify(SYSINFO))]);
    await plug.ledger.until(({ exchanges }) => exchanges === 1);
    plug.faults.dropConnections();
    await expect(answer).rejects.toThrow();
  });
});

describe('logins that are refused', () => {
  it('over KLAP show as wrong credentials', async () => {
    await using plug = await startTplinkDevice();
    plug.faults.rejectLogins(1);
    await expect(loggedIn(plug)).rejects.toThrow(CredentialsError);
    await loggedIn(plug);
    plug.faults.rejectLogins();
    await expect(loggedIn(plug)).rejects.toThrow(CredentialsError);
    plug.faults.acceptLogins();
    await loggedIn(plug);
  });

  it('over AES and TPAP show as -1501, and as -40404 during a lock-out', async () => {
    await using aes = await startTplinkDevice({ model: 'p100' });
    const client = new AesClient(aes);
    open.push(client);
    aes.faults.rejectLogins();
    const login = async () => (await client.handshake()).login(aes.user, aes.password, 1);
    await expect(login()).rejects.toThrow('-1501');
    aes.faults.clear();
    aes.faults.lockOut(60_000);
    await expect(login()).rejects.toThrow('-40404');
    await using tpap = await startTplinkDevice({ model: 'tpap' });
    tpap.faults.rejectLogins();
    const other = new TpapClient(tpap);
    open.push(other);
    await expect(other.login(SHA1_OF_SECRET)).rejects.toThrow('-1501');
  });

  it('after the password was changed', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.changePassword('new');
    await session.ask(INFO);
    await expect(loggedIn(plug, 'secret')).rejects.toThrow(CredentialsError);
    expect(plug.password).toBe('new');
    await loggedIn(plug, 'new');
  });
});

describe('sessions', () => {
  it('are forgotten', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.expireSessions();
    await expect(session.ask(INFO)).rejects.toThrow('HTTP 403');
    await (await loggedIn(plug)).ask(INFO);
    await using aes = await startTplinkDevice({ model: 'p100' });
    const client = await new AesClient(aes).handshake();
    open.push(client);
    await client.login(aes.user, aes.password, 1);
    aes.faults.expireSessions();
    await expect(client.ask(INFO)).rejects.toThrow('9999');
  });

  it('end when third-party access is switched off, and nobody comes in', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.thirdPartyOff();
    await expect(session.ask(INFO)).rejects.toThrow('HTTP 403');
    await expect(loggedIn(plug)).rejects.toThrow('HTTP 403');
    expect(plug.ledger.handshakes.at(-1)).toMatchObject({ step: 'handshake1', ok: false, code: 403 });
    plug.faults.thirdPartyOn();
    await loggedIn(plug);
    await using aes = await startTplinkDevice({ model: 'p100' });
    aes.faults.thirdPartyOff();
    const client = new AesClient(aes);
    open.push(client);
    await expect(client.handshake()).rejects.toThrow('1003');
  });

  it('over TPAP do not depend on it, while KLAP beside it does', async () => {
    await using plug = await startTplinkDevice({ model: 'tpap', alsoSpeaks: ['klap2'] });
    await (await loggedIn(plug)).ask(INFO);
    plug.faults.thirdPartyOff();
    await expect(loggedIn(plug)).rejects.toThrow('HTTP 403');
    const client = await new TpapClient(plug).login(SHA1_OF_SECRET);
    open.push(client);
    await client.ask(INFO);
  });
});

describe('a device that is not there', () => {
  it('is silent: it takes requests and answers none', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.goSilent();
    const answer = session.ask(INFO);
    const probed = exchangeUdp({ host: plug.host, port: plug.discoveryPort }, [SHORT_PROBE], 1, 200);
    expect(await probed).toBeUndefined();
    plug.faults.dropConnections();
    await expect(answer).rejects.toThrow();
    plug.faults.speakAgain();
    await (await loggedIn(plug)).ask(INFO);
    await using xor = await startTplinkDevice({ model: 'hs110' });
    xor.faults.goSilent();
    const silence = expect(askXor(xor, SYSINFO)).rejects.toThrow();
    await xor.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
    await xor.stop();
    await silence;
    expect(xor.ledger.connectionsOpen).toBe(0);
  });

  it('is unplugged and comes back on the same ports', async () => {
    await using plug = await startTplinkDevice();
    const { httpPort, discoveryPort } = plug;
    const session = await loggedIn(plug);
    await plug.faults.unplug();
    await expect(session.ask(INFO)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
    await expect(loggedIn(plug)).rejects.toThrow('ECONNREFUSED');
    await plug.faults.plugIn();
    await plug.faults.plugIn();
    expect([plug.httpPort, plug.discoveryPort]).toEqual([httpPort, discoveryPort]);
    await (await loggedIn(plug)).ask(INFO);
  });

  it('moves to another address', async () => {
    await using plug = await startTplinkDevice({ host: '127.6.0.1' });
    await plug.faults.moveTo('127.6.0.2');
    expect(plug.host).toBe('127.6.0.2');
    await expect(new KlapClient({ host: '127.6.0.1', httpPort: plug.httpPort }).login('', '')).rejects.toThrow(
      'ECONNREFUSED',
    );
    expect(await (await loggedIn(plug)).ask(INFO)).toMatchObject({ result: { ip: '127.6.0.2' } });
    await expect(plug.faults.moveTo('192.0.2.1')).rejects.toThrow('127.x.y.z');
  });

  it('loses datagrams', async () => {
    await using plug = await startTplinkDevice();
    const probe = (count: number, answers: number) =>
      exchangeUdp({ host: plug.host, port: plug.discoveryPort }, Array(count).fill(SHORT_PROBE), answers, 300);
    plug.faults.loseDatagrams(2);
    expect(await probe(2, 2)).toBeUndefined();
    expect(await probe(2, 1)).toHaveLength(1);
    plug.faults.loseDatagrams(1);
    expect(await probe(3, 1)).toBeUndefined();
    plug.faults.loseDatagrams(0);
    expect(await probe(2, 2)).toHaveLength(2);
    expect(plug.ledger.datagrams).toBe(9);
  });
});

describe('a firmware update', () => {
  it('changes the transport: AES, KLAP, TPAP', async () => {
    await using plug = await startTplinkDevice({ transport: 'aes' });
    const client = await new AesClient(plug).handshake();
    open.push(client);
    await client.login(plug.user, plug.password);
    await plug.faults.installFirmware('klap2', '1.3.1 Build 240621 Rel.162048');
    expect(plug.transport).toBe('klap2');
    await expect(client.handshake()).rejects.toThrow(/ECONNRESET|hang up/);
    await expect(client.handshake()).rejects.toThrow('1003');
    const answer = await (await loggedIn(plug)).ask(INFO);
    expect(answer).toMatchObject({ result: { fw_ver: '1.3.1 Build 240621 Rel.162048' } });
    await plug.faults.installFirmware('tpap');
    await expect(loggedIn(plug)).rejects.toThrow('HTTP 403');
    open.push(await new TpapClient(plug).login(SHA1_OF_SECRET));
  });

  it('takes XOR away from a Kasa plug', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    await plug.faults.installFirmware('klap2', '1.1.2');
    await expect(askXor(plug, SYSINFO)).rejects.toThrow('ECONNREFUSED');
    expect(await (await loggedIn(plug)).ask(SYSINFO)).toMatchObject({ system: { get_sysinfo: { sw_ver: '1.1.2' } } });
    await expect(plug.faults.installFirmware('tpap')).rejects.toThrow('tpap carries smart');
  });
});

describe('a lost clock', () => {
  it('takes energy away and nothing else', async () => {
    await using plug = await startTplinkDevice();
    const session = await loggedIn(plug);
    plug.faults.loseClock();
    expect(await session.ask({ method: 'get_energy_usage' })).toEqual({ error_code: -2201 });
    expect(await session.ask({ method: 'get_device_time' })).toMatchObject({ result: { timestamp: 946_684_800 } });
    expect(await session.ask({ method: 'get_current_power' })).toMatchObject({ error_code: 0 });
    plug.faults.findClock();
    expect(await session.ask({ method: 'get_energy_usage' })).toMatchObject({ error_code: 0 });
  });
});

describe('the ledger', () => {
  it('says what it waited for in vain', async () => {
    await using plug = await startTplinkDevice();
    await expect(plug.ledger.until(({ logins }) => logins === 1, 10)).rejects.toThrow('waited 10 ms in vain');
  });
});
