import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, until } from '@device-exporters/exporter/testing';
import { startEcoflowCloud } from '@device-exporters/simulators';
import { expect } from 'vitest';
import { startRealBroker } from '../../../scripts/testing/mosquitto.ts';
import { testWith } from '../../../scripts/testing/programs.ts';
import { configFor, DELTA_2, folderOfTest } from './following.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);
const { sn } = DELTA_2;

/** As certifications of the simulated cloud have it. */
const ACCOUNT = `app-${'fedcba9876543210'.repeat(2)}`;

async function pageOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

testWith('mosquitto')(
  'a real broker is spoken to over TLS that is verified, and found again when it was away',
  async () => {
    await using broker = await startRealBroker(ACCOUNT, 'broker-password');
    const named = { url: broker.host, port: broker.port, protocol: 'mqtts' } as const;
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2], broker: named });
    const file = join(folderOfTest(), 'config.yml');
    writeFileSync(file, JSON.stringify(configFor(cloud, 'mqtt')));
    const args = ['--config.file', file, '--log.format=json'];
    const environment = { HOME: folderOfTest(), NODE_EXTRA_CA_CERTS: broker.caFile };
    const program = await startProgram(MAIN, args, environment);
    const isRead = (soc: number) =>
      until(`${soc} % has come`, async () => {
        broker.publish(`/app/device/property/${sn}`, JSON.stringify({ params: { 'pd.soc': soc } }));
        return (await pageOf(program.url)).includes(
          `ecoflow_battery_soc_ratio{device="${sn}",pack="main"} ${soc / 100}`,
        );
      });
    await isRead(46);
    await broker.quit();
    await until('it is gone', async () =>
      (await pageOf(program.url)).includes('ecoflow_mqtt_connected{client_type="mqtt"} 0'),
    );
    await broker.start();
    await isRead(47);
    program.child.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  },
);

testWith('mosquitto')('a broker that nobody vouches for is refused', async () => {
  await using broker = await startRealBroker(ACCOUNT, 'broker-password');
  const named = { url: broker.host, port: broker.port, protocol: 'mqtts' } as const;
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2], broker: named });
  const file = join(folderOfTest(), 'config.yml');
  writeFileSync(file, JSON.stringify(configFor(cloud, 'mqtt')));
  const program = await startProgram(MAIN, ['--config.file', file, '--log.format=json'], { HOME: folderOfTest() });
  const { err } = await program.logged('the connection to the broker has ended');
  expect(err).toMatch(/certificate/);
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});
