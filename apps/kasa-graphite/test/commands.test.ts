import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@device-exporters/exporter/testing';
import { startCarbonSink, startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, folderOfTest } from './bridging.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);

async function run(command: string, config: object, environment: NodeJS.ProcessEnv = {}) {
  const folder = folderOfTest();
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(config));
  const outcome = await runProgram(MAIN, [command, '--config.file', file], { HOME: folder, ...environment });
  return { ...outcome, folder };
}

function plugNamed(alias: string): Promise<TplinkDevice> {
  return startTplinkDevice({ model: 'hs110', alias });
}

describe('--once', () => {
  test('reads everybody, sends everything and ends well', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await plugNamed('Fridge');
    const { code, stdout, folder } = await run('--once', configFor([plug], carbon));
    expect(stdout()).toMatch(/^1 of 1 devices read, \d+ points, all of them in Carbon\n$/);
    expect(code).toBe(0);
    expect(carbon.ledger.points.map(({ path }) => path)).toContain('home.electricity.kasa.fridge.power_watts');
    const names = readFileSync(join(folder, '.local/state/kasa-graphite/names.json'), 'utf8');
    expect(JSON.parse(names)).toMatchObject({ names: { [plug.deviceId]: 'fridge' } });
  });

  test('ends with 1 where Carbon is away, and where no device is read', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await plugNamed('Fridge');
    await carbon.faults.refuse();
    expect((await run('--once', configFor([plug], carbon))).code).toBe(1);
    await carbon.faults.listenAgain();
    await plug.faults.unplug();
    const { code, stdout } = await run('--once', configFor([plug], carbon));
    expect([code, stdout()]).toEqual([1, '0 of 1 devices read, 0 points, all of them in Carbon\n']);
  });

  test('ends with 1 where points had to be dropped', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await plugNamed('Fridge');
    const { code, stdout } = await run('--once', configFor([plug], carbon, { graphite: { spool: { max_points: 3 } } }));
    expect([code, stdout()]).toEqual([1, expect.stringContaining('not all of them')]);
  });

  test('keeps for the next time what Carbon did not take, where there is a spool', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await plugNamed('Fridge');
    const graphite = { spool: { directory: folderOfTest() } };
    await carbon.faults.refuse();
    expect((await run('--once', configFor([plug], carbon, { graphite }))).code).toBe(1);
    await carbon.faults.listenAgain();
    expect((await run('--once', configFor([plug], carbon, { graphite }))).code).toBe(0);
    const times = carbon.ledger.points.filter(({ path }) => path.endsWith('is_on'));
    expect(times).toHaveLength(2);
  });
});

describe('--discover', () => {
  test('lists what is there and what it would be called', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await plugNamed('Büro Lampe');
    const { code, stdout } = await run('--discover', configFor([plug], carbon));
    expect(stdout()).toMatch(/HS110\s+Büro Lampe\s+buro_lampe\s+xor\s+[\d.]+ W\s+ok/);
    expect(code).toBe(0);
    expect(carbon.ledger.connectionsOpened).toBe(0);
  });

  test('ends with 1 where somebody is listed and nobody answers', async () => {
    const { code, stdout } = await run('--discover', { kasa: { devices: ['127.0.41.99:1'], discovery: false } });
    expect([code, stdout()]).toEqual([1, expect.stringContaining('refused')]);
  });

  test('ends with 1 where nobody is', async () => {
    const { code, stdout } = await run('--discover', { kasa: { discovery: false } });
    expect([code, stdout()]).toEqual([1, expect.stringContaining('No device answers')]);
  });
});

test('a prefix that is none and an address that is none are told at once', async () => {
  const { code, stderr } = await run('--config.check', {
    graphite: { prefix: 'a..b' },
    kasa: { devices: ['http://'] },
  });
  expect(code).toBe(1);
  expect(stderr()).toMatch(/graphite\.prefix: .*segment/);
  expect(stderr()).toMatch(/kasa\.devices\[0\]: address of a device/);
});
