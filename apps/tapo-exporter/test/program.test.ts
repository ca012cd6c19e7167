import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, readPage, startProgram, until } from '@device-exporters/exporter/testing';
import { startTplinkDevice, type TplinkDevice } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, addressOf, configFor, folderOfTest, MAIN } from './following.ts';

const LOG = ['--log.format=json'];

async function started(config: object, args: readonly string[] = [], environment: NodeJS.ProcessEnv = ACCOUNT) {
  const file = join(folderOfTest(), 'config.yml');
  const write = (content: object): void => writeFileSync(file, JSON.stringify(content));
  write(config);
  const program = await startProgram(MAIN, [`--config.file=${file}`, ...LOG, ...args], environment);
  const scrape = async (): Promise<Page> => readPage(await (await fetch(`${program.url}/metrics`)).text());
  const upIds = async (): Promise<string[]> =>
    (await scrape())
      .lines('tapo_device_up')
      .flatMap(({ labels, value }) => (value === 1 ? [labels['device_id'] ?? ''] : []));
  const areUp = (devices: readonly TplinkDevice[]) =>
    until('all devices are up', async () => {
      const wanted = devices.map(({ deviceId }) => deviceId).toSorted();
      return JSON.stringify((await upIds()).toSorted()) === JSON.stringify(wanted);
    });
  return { ...program, write, scrape, areUp };
}

describe('the program', () => {
  test('ends its conversations and exits with 0 after SIGTERM', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using hung = await startTplinkDevice({ model: 'p100' });
    hung.faults.goSilent();
    const program = await started(configFor([device, hung]));
    await program.scrape();
    await device.ledger.until(({ exchanges }) => exchanges > 0);
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    await device.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
    await hung.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
  });

  test('takes another list of devices over with SIGHUP', async () => {
    await using first = await startTplinkDevice({ model: 'p110' });
    await using second = await startTplinkDevice({ model: 'hs110' });
    const program = await started(configFor([first]));
    await program.areUp([first]);
    program.write(configFor([second]));
    program.child.kill('SIGHUP');
    await program.areUp([second]);
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  test('listens to flags before variables, and to variables before the file', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const ofFile = configFor([], { devices: ['127.0.0.1:1'] }, { tapo_username: 'of-the-file@example.com' });
    const environment = { TAPO_USERNAME: 'of-variable@example.com', TAPO_PASSWORD: device.password };
    const flags = [`--tapo-username=${device.user}`, `--tapo-plug-devices=${addressOf(device)}`];
    const byFlag = await started(ofFile, flags, { ...environment, TAPO_PLUG_DEVICES: '127.0.0.1:2' });
    await byFlag.areUp([device]);
    byFlag.child.kill('SIGTERM');
    await byFlag.exited;
    const variables = { ...environment, TAPO_USERNAME: device.user, TAPO_PLUG_DEVICES: ` ${addressOf(device)} ` };
    const byVariable = await started(ofFile, [], variables);
    await byVariable.areUp([device]);
    byVariable.child.kill('SIGTERM');
    await byVariable.exited;
    expect(device.ledger.failedLogins).toBe(0);
  });

  test('needs no file where the environment suffices', async () => {
    await using device = await startTplinkDevice({ model: 'hs110' });
    const program = await startProgram(MAIN, LOG, { TAPO_PLUG_DEVICES: addressOf(device) });
    await until('it is up', async () => {
      const answer = await fetch(`${program.url}/metrics`);
      return readPage(await answer.text()).value('tapo_device_up', { device_id: device.deviceId }) === 1;
    });
    program.child.kill('SIGTERM');
    await once(program.child, 'close');
  });
});
