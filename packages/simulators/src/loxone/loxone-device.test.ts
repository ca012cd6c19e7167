import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../device.ts';
import { createHouse } from './house/create-house.ts';
import { loxoneDevice } from './loxone-device.ts';

const FREE = ['--port', '0', '--ssl-port', '0'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function report(...args: string[]): Promise<string> {
  const device = await loxoneDevice.start([...FREE, ...args]);
  await device.stop();
  return device.report;
}

describe('simulate loxone', () => {
  it('tells where it listens, the credentials, and how to set up loxone-exporter', async () => {
    expect((await report()).replaceAll(/\d{4,5}(?!\d*\.)/g, 'PORT')).toBe(
      `\
Loxone Miniserver, Generation 2, firmware 14.5.12.28: 60 controls, 408 numeric states
  http://127.0.0.1:PORT   ws://127.0.0.1:PORT/ws/rfcPORT
  https://127.0.0.1:PORT  wss://127.0.0.1:PORT/ws/rfcPORT
  user exporter, password secret

config.yml for loxone-exporter:

miniservers:
  - name: simulated
    host: 127.0.0.1
    port: PORT
    ssl_port: PORT
    username: exporter
    password: secret`,
    );
  });

  it('takes generation, firmware, size of the house, events and credentials', async () => {
    const text = await report(
      ...['--generation', '1', '--firmware', '8.3.4.8', '--controls', '120', '--events-per-second', '5'],
      ...['--user', 'Zoë', '--password', 'no: "yes"'],
    );
    expect(text).toContain('Generation 1, firmware 8.3.4.8: 120 controls');
    expect(text).not.toContain('ssl_port');
    expect(text).toContain('username: "Zoë"');
    expect(text).toContain('password: "no: \\"yes\\""');
  });

  it('listens on IPv6 loopback', async () => {
    const text = await report('--host', '::1');
    expect(text).toContain('http://[::1]:');
    expect(text).toContain('host: "::1"');
  });

  it('serves a structure file', async () => {
    const file = join(folder, 'LoxAPP3.json');
    await writeFile(file, createHouse({ controls: 33 }).structureText());
    expect(await report('--structure', file)).toContain('33 controls');
  });

  it.each([
    [['--prot', '80'], "Unknown option '--prot'"],
    [['somewhere'], "Unexpected argument 'somewhere'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['--port', '65536'], '--port: expected a whole number from 0 to 65535, found 65536'],
    [['--generation', '3'], '--generation: expected a whole number from 1 to 2, found 3'],
    [['--controls', ''], '--controls: expected a whole number from 1 to 100000, found '],
    [['--events-per-second', 'many'], '--events-per-second: expected a whole number from 0 to 100000, found many'],
    [['--host', '0.0.0.0'], 'host: expected one of 127.0.0.1, ::1, localhost, found 0.0.0.0'],
    [['--firmware', 'new'], 'firmware: expected numbers separated by dots, found new'],
    [['--structure', '/nowhere/LoxAPP3.json'], '--structure: cannot read /nowhere/LoxAPP3.json: ENOENT'],
  ])('refuses %j', async (args, message) => {
    await expect(loxoneDevice.start([...FREE, ...args])).rejects.toThrow(message);
    await expect(loxoneDevice.start([...FREE, ...args])).rejects.toBeInstanceOf(UsageError);
  });

  it.each([
    ['not JSON', '{', 'cannot read'],
    ['a number', '7', 'expected an object'],
    ['no structure file', '{}', 'structure file: expected a text in lastModified'],
  ])('refuses a structure file that is %s', async (_, text, message) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, text);
    await expect(loxoneDevice.start([...FREE, '--structure', file])).rejects.toThrow(message);
  });
});
