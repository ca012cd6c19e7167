import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { exchangeUdp, xor } from './client/xor-client.ts';

interface Result {
  readonly [field: string]: unknown;
  readonly encrypt_info?: { readonly key: string; readonly data: string };
}

const SHORT = Buffer.from('020000010000000000000000463cb5d3', 'hex');
const SYSINFO = xor(Buffer.from('{"system":{"get_sysinfo":{}}}'), 'encrypt');

function probe(payload: object): Buffer {
  const text = Buffer.from(JSON.stringify(payload));
  const header = Buffer.from('0200000100001100010203045a6b7c8d', 'hex');
  header.writeUInt16BE(text.length, 4);
  const datagram = Buffer.concat([header, text]);
  datagram.writeUInt32BE(crc32(datagram), 12);
  return datagram;
}

function resultOf(bytes: Buffer): Result {
  return (JSON.parse(bytes.subarray(16).toString()) as { result: Result }).result;
}

async function discover(device: TplinkDevice, datagram: Buffer = SHORT): Promise<Result> {
  const [reply] = (await exchangeUdp({ host: device.host, port: device.discoveryPort }, [datagram])) ?? [];
  expect(reply).toMatchObject({ host: device.host, port: device.discoveryPort });
  return resultOf(reply!.bytes);
}

describe('discovery on port 20002', () => {
  it('tells who a plug is, whose, and how it is talked to', async () => {
    await using plug = await startTplinkDevice({ host: '127.3.2.1', mac: '02aabbccddee' });
    expect(await discover(plug)).toEqual({
      ...{ device_type: 'SMART.TAPOPLUG', device_model: 'P110', ip: '127.3.2.1', mac: '02-AA-BB-CC-DD-EE' },
      ...{ is_support_iot_cloud: true, obd_src: 'tplink', factory_default: false },
      device_id: createHash('md5').update(plug.deviceId).digest('hex'),
      owner: createHash('md5').update(plug.user).digest('hex').toUpperCase(),
      mgt_encrypt_schm: { is_support_https: false, http_port: plug.httpPort, encrypt_type: 'KLAP', lv: 2 },
    });
  });

  it('encrypts something for whoever sends a key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa_key = publicKey.export({ type: 'spki', format: 'pem' });
    await using plug = await startTplinkDevice();
    const { encrypt_info: info } = await discover(plug, probe({ params: { rsa_key } }));
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const key = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, Buffer.from(info!.key, 'base64'));
    expect(key).toHaveLength(32);
    expect(await discover(plug, probe({ params: { rsa_key: 'none' } }))).not.toHaveProperty('encrypt_info');
  });

  it.each([
    [{ model: 'p100' }, { encrypt_type: 'AES' }],
    [
      { model: 'p110', transport: 'aes' },
      { encrypt_type: 'AES', lv: 2 },
    ],
    [{ model: 'hs300' }, { encrypt_type: 'KLAP', lv: 2, new_klap: 1, ANS: false }],
    [{ model: 'hs110', transport: 'klap' }, { encrypt_type: 'KLAP' }],
    [{ model: 'tpap' }, { encrypt_type: 'TPAP', lv: 2 }],
  ] as const)('names the transport of %j', async (options, scheme) => {
    await using device = await startTplinkDevice(options);
    const { mgt_encrypt_schm, tpap } = await discover(device);
    expect(mgt_encrypt_schm).toEqual({ is_support_https: false, http_port: device.httpPort, ...scheme });
    expect(tpap).toEqual(
      scheme.encrypt_type === 'TPAP'
        ? { tls: 0, dac: 0, noc: 0, pake: [2], user_hash_type: 0, port: device.httpPort }
        : undefined,
    );
  });

  it('says that nobody owns a plug that is not set up', async () => {
    await using plug = await startTplinkDevice({ credentials: 'blank' });
    expect(await discover(plug)).toMatchObject({ owner: '', factory_default: true });
  });

  it('leaves alone what is no probe', async () => {
    await using plug = await startTplinkDevice();
    const noise = [Buffer.alloc(0), Buffer.alloc(16), SYSINFO];
    const replies = await exchangeUdp({ host: plug.host, port: plug.discoveryPort }, [...noise, SHORT]);
    expect(replies).toHaveLength(1);
    await plug.ledger.until((ledger) => ledger.malformed === 3);
  });

  it('finds many devices with one broadcast', async () => {
    const hosts = ['127.3.3.1', '127.3.3.2', '127.3.3.3'];
    await using first = await startTplinkDevice({ host: hosts[0]! });
    const { discoveryPort } = first;
    await using second = await startTplinkDevice({ host: hosts[1]!, discoveryPort, serial: 2 });
    await using third = await startTplinkDevice({ host: hosts[2]!, discoveryPort, model: 'h100' });
    const replies = await exchangeUdp({ host: '127.255.255.255', port: discoveryPort }, [SHORT], 3);
    expect(replies?.map(({ host }) => host).toSorted()).toEqual(hosts);
    expect(replies?.map(({ bytes }) => resultOf(bytes)['mac'])).toHaveLength(3);
    expect(new Set([first, second, third].map(({ deviceId }) => deviceId)).size).toBe(3);
  });
});

describe('discovery on port 9999', () => {
  it('is answered with system information', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const [reply] = (await exchangeUdp({ host: plug.host, port: plug.xorPort }, [SYSINFO])) ?? [];
    expect(reply?.port).toBe(plug.xorPort);
    expect(JSON.parse(xor(reply!.bytes, 'decrypt').toString())).toMatchObject({
      system: { get_sysinfo: { deviceId: plug.deviceId } },
    });
    expect(plug.ledger.requests).toEqual([]);
  });

  it('writes down what would change the device, and leaves alone what is no JSON', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const write = xor(Buffer.from('{"system":{"reboot":{"delay":1}}}'), 'encrypt');
    await exchangeUdp({ host: plug.host, port: plug.xorPort }, [SHORT, write]);
    expect(plug.ledger.violations.map(({ method }) => method)).toEqual(['system.reboot']);
    expect(plug.ledger.malformed).toBe(1);
  });

  it('may be answered together with port 20002, or not at all', async () => {
    await using both = await startTplinkDevice({ model: 'hs110', discovery: 'both' });
    expect(await discover(both)).toMatchObject({ device_type: 'IOT.SMARTPLUGSWITCH' });
    await using none = await startTplinkDevice({ discovery: 'none' });
    expect(none.discoveryPort).toBeGreaterThan(0);
    expect(await exchangeUdp({ host: none.host, port: none.discoveryPort }, [SHORT], 1, 100)).toBeUndefined();
  });

  it('is heard over IPv6', async () => {
    await using plug = await startTplinkDevice({ host: '::1' });
    expect(await discover(plug)).toMatchObject({ ip: '::1' });
  });
});
