import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { klapProbe, xorProbe } from '../src/discovery/probe-datagrams.ts';
import { hintFrom, parseDiscoveryReply } from '../src/discovery/reply.ts';
import { hasReference, readReference } from './reference.ts';

interface Vectors {
  readonly query: { readonly datagram_hex: string; readonly payload: string };
  readonly replies: readonly {
    readonly name: string;
    readonly datagram_hex: string;
    readonly parsed: { readonly result: Readonly<Record<string, unknown>> };
  }[];
}

const FROM = { address: '192.0.2.7', port: 20_002 };

describe.skipIf(!hasReference)('the vectors of discovery', () => {
  const newer = hasReference ? readReference<Vectors>('vectors/discovery-20002.json') : undefined;
  const older = hasReference
    ? readReference<{ query_datagram_hex: string; reply_datagram_hex: string }>('vectors/discovery-9999.json')
    : undefined;

  test('ask for it byte by byte', () => {
    const { params } = JSON.parse(newer?.query.payload ?? '') as { params: { rsa_key: string } };
    expect(klapProbe(0x01020304, params.rsa_key).toString('hex')).toBe(newer?.query.datagram_hex);
    expect(xorProbe().toString('hex')).toBe(older?.query_datagram_hex);
  });

  test('answer it: plugs and strips are ours, cameras are not', () => {
    for (const { name, datagram_hex, parsed } of newer?.replies ?? []) {
      const device = parseDiscoveryReply(Buffer.from(datagram_hex, 'hex'), FROM);
      const isCamera = parsed.result['device_type'] === 'SMART.IPCAMERA';
      expect(device?.mac, name).toBe(isCamera ? undefined : String(parsed.result['mac']).replaceAll('-', ':'));
    }
    const plug = parseDiscoveryReply(Buffer.from(older?.reply_datagram_hex ?? '', 'hex'), { ...FROM, port: 9999 });
    expect(plug).toMatchObject({ model: 'HS110', host: FROM.address, hint: { protocol: 'xor', port: 9999 } });
  });
});

describe('an answer to discovery', () => {
  const scheme = (mgt_encrypt_schm: object, more = {}) =>
    hintFrom({ device_type: 'SMART.TAPOPLUG', mgt_encrypt_schm: { http_port: 80, ...mgt_encrypt_schm }, ...more });

  test.each([
    ['AES', scheme({ encrypt_type: 'AES' }), { protocol: 'aes', payload: 'smart', loginVersion: 1 }],
    ['AES of the second login', scheme({ encrypt_type: 'AES', lv: 2 }), { protocol: 'aes', loginVersion: 2 }],
    ['KLAP', scheme({ encrypt_type: 'KLAP', lv: 2 }), { protocol: 'klap2', payload: 'smart' }],
    [
      'the old KLAP',
      scheme({ encrypt_type: 'KLAP' }, { device_type: 'IOT.SMARTPLUGSWITCH' }),
      { protocol: 'klap', payload: 'iot' },
    ],
    [
      'the hybrid',
      scheme({ encrypt_type: 'KLAP', new_klap: 1 }, { device_type: 'IOT.SMARTBULB' }),
      { protocol: 'klap2', payload: 'iot' },
    ],
    [
      'TPAP over TLS',
      scheme({ encrypt_type: 'TPAP' }, { tpap: { tls: 1, port: 4433 } }),
      { protocol: 'tpap', port: 4433, isHttps: true },
    ],
    [
      'TPAP without TLS, on the port of HTTP',
      scheme({ encrypt_type: 'TPAP', http_port: 8080 }, { tpap: { tls: 0, port: 4433 } }),
      { protocol: 'tpap', port: 8080, isHttps: false },
    ],
    [
      'TPAP over TLS, on its usual port',
      scheme({ encrypt_type: 'TPAP' }, { tpap: { tls: 2 } }),
      { protocol: 'tpap', port: 4433, isHttps: true },
    ],
    [
      'a hub of ours, over TLS',
      scheme({ encrypt_type: 'KLAP', is_support_https: true, http_port: 4433 }, { device_type: 'SMART.TAPOHUB' }),
      { protocol: 'klap2', port: 4433, isHttps: true },
    ],
    ['what only its details name', scheme({}, { encrypt_info: { sym_schm: 'AES' } }), { protocol: 'aes' }],
  ])('says how: %s', (_, hint, expected) => {
    expect(hint).toMatchObject(expected);
  });

  test('of a router, a camera, a camera hub or something new leads nowhere', () => {
    expect(hintFrom({ device_type: 'SMART.TAPOPLUG' })).toBeUndefined();
    expect(scheme({ encrypt_type: 'AES' }, { device_type: 'SMART.IPCAMERA' })).toBeUndefined();
    expect(scheme({ encrypt_type: 'AES', is_support_https: true }, { device_type: 'SMART.TAPOHUB' })).toBeUndefined();
    expect(scheme({ encrypt_type: 'NEW' })).toBeUndefined();
  });

  test('may be any bytes', () => {
    const json = fc.json().map((text) => Buffer.concat([Buffer.alloc(16, 2), Buffer.from(text)]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), json), (bytes) => {
        const device = parseDiscoveryReply(bytes, FROM);
        expect(device === undefined || device.key !== '').toBe(true);
      }),
    );
  });
});
