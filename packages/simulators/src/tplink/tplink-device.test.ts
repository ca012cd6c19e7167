import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../device.ts';
import { tplinkDevice } from './tplink-device.ts';

const FREE = ['--http-port', '0', '--xor-port', '0', '--discovery-port', '0'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function report(...args: string[]): Promise<string> {
  const device = await tplinkDevice.start([...FREE, ...args]);
  await device.stop();
  return device.report.replaceAll(/:\d{4,5}/g, ':PORT');
}

describe('simulate tplink', () => {
  it('tells what it is, where, the credentials, and how to set up tapo-exporter', async () => {
    expect(await report()).toBe(`\
TP-Link P110 "P110 1" over KLAP v2 at http://127.0.0.1:PORT
  user user@example.com, password secret

config.yaml for tapo-exporter, started with TP_LINK_USERNAME and TP_LINK_PASSWORD:

exporters:
  tapo:
    devices:
      - "http://127.0.0.1:PORT"
    discovery_options:
      perform_discovery: false`);
  });

  it('takes model, transport, name, address and credentials', async () => {
    const text = await report(
      ...['--model', 'hs110', '--transport', 'klap', '--alias', 'Dryer', '--host', '::1'],
      ...['--user', 'me@example.com', '--password', 'hidden'],
    );
    expect(text).toContain('TP-Link HS110 "Dryer" over KLAP v1 at http://[::1]:PORT');
    expect(text).toContain('user me@example.com, password hidden');
    expect(await report('--model', 'hs110')).toContain('xor://127.0.0.1:PORT');
  });

  it('starts one of each model, at one address with free ports', async () => {
    const text = await report('--all');
    expect(text.match(/^TP-Link /gm)).toHaveLength(8);
    expect(text).toContain('TP-Link P304M "Desk" over KLAP v2 at http://127.0.20.1:PORT, 4 children');
  });

  it('starts one of each model side by side on the same ports', async () => {
    const ports = ['--http-port', '8479', '--xor-port', '9479', '--discovery-port', '20479'];
    const device = await tplinkDevice.start([...ports, '--all', '--host', '127.7.0.10']);
    await expect(tplinkDevice.start([...ports, '--all', '--host', '127.7.0.3'])).rejects.toThrow(
      '127.7.0.10 port 8479',
    );
    await device.stop();
    expect(device.report).toContain('at http://127.7.0.17:8479');
    expect(device.report).toContain('at xor://127.7.0.12:9479');
  });

  it('serves a capture', async () => {
    const file = join(folder, 'capture.json');
    await writeFile(file, JSON.stringify({ get_device_info: { model: 'P125M', nickname: '' } }));
    expect(await report('--capture', file)).toContain('TP-Link P125M "" over KLAP v2');
  });

  it.each([
    [['--modle', 'p110'], "Unknown option '--modle'"],
    [['somewhere'], "Unexpected argument 'somewhere'"],
    [['--model', 'p9'], '--model: expected one of p110, p100, hs110, p304m, h100, l530, tpap, hs300, found p9'],
    [['--transport', 'tls'], '--transport: expected one of xor, klap, klap2, aes, tpap, found tls'],
    [['--transport', 'xor'], 'xor carries iot, found a capture of smart'],
    [['--http-port', '65536'], '--http-port: expected a whole number from 0 to 65535, found 65536'],
    [['--xor-port', ''], '--xor-port: expected a whole number'],
    [['--host', '192.0.2.1'], 'host: expected 127.x.y.z, ::1 or localhost, found 192.0.2.1'],
    [['--capture', '/nowhere/capture.json'], '--capture: cannot read /nowhere/capture.json: ENOENT'],
  ])('refuses %j', async (args, message) => {
    await expect(tplinkDevice.start([...FREE, ...args])).rejects.toThrow(message);
    await expect(tplinkDevice.start([...FREE, ...args])).rejects.toBeInstanceOf(UsageError);
  });

  it.each([
    ['not JSON', '{', 'cannot read'],
    ['a number', '7', 'expected an object'],
    ['no capture', '{}', 'expected system.get_sysinfo or get_device_info'],
  ])('refuses a capture that is %s', async (_, text, message) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, text);
    await expect(tplinkDevice.start([...FREE, '--capture', file])).rejects.toThrow(message);
  });
});
